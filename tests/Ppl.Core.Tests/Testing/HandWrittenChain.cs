using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Interpretation;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>An indexed site: a random walk of three steps, observed at its end. Only what the interpreter needs.</summary>
internal sealed class HandWrittenChain : GenerativeModel, IGeneratedModel
{
    private const int Steps = 3;

    private static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)] };

    private static readonly SiteInfo First = new()
    {
        Name = "h",
        Kind = SiteKind.Latent,
        Family = "Normal",
        Plates = [Data],
        Depends = [false],
        IsIndexed = true,
        Line = 200,
        DistributionText = "Normal(0, 1)",
    };

    public ModelPlan Plan { get; } = new()
    {
        Model = nameof(HandWrittenChain),
        Method = "Generate",
        Plates = [Data],
        Sites =
        [
            First,
            First with { Depends = [true], Line = 201, DistributionText = "Normal(h[i - 1], 0.5)" },
            First with
            {
                Name = "x",
                Kind = SiteKind.Observed,
                IsIndexed = false,
                Depends = [true],
                Line = 202,
                DistributionText = "Normal(h[Steps - 1], 0.1)",
            },
        ],
        Inputs = [new("x", true, [Data])],
    };

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    public Ppl.Guide CreateGuide() => new Guide(this);

    public JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates)
    {
        var trace = Interpreter.Simulate(this, sizes);
        return new([.. trace.Latents.Values], [new Prediction(trace["x"].Model, trace["x"].Value)]);
    }

    public JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates) =>
        throw new NotSupportedException();

    public Tensor LogJoint(IReadOnlyList<Tensor> latents, Batch batch) => throw new NotSupportedException();

    public void GenerateOutside(Tensor x) => Generate(x);

    [Model]
    private static void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[Steps];
#line 200
        h[0] = Sample(Normal(0, 1));
        for (var i = 1; i < Steps; i++)
        {
#line 201
            h[i] = Sample(Normal(h[i - 1], 0.5));
        }

#line 202
        Observe(x, Normal(h[Steps - 1], 0.1));
#line default
    }

    public sealed class Guide : Ppl.Guide
    {
        private readonly EncoderList encoders;

        public Guide(HandWrittenChain model) : base(model) => encoders = Register("h", new EncoderList(HandWrittenChain.Steps));

        public override IReadOnlyList<GuideStep> Steps { get; } = [new("h[2]", ["x"]), new("h[1]", ["h[2]"]), new("h[0]", ["h[1]"])];

        protected override Draws DrawOnce(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given)
        {
            var rows = layout.Rows(Data);
            var (latents, distributions) = (new Tensor[encoders.Count], new Distribution[encoders.Count]);
            for (var i = encoders.Count - 1; i >= 0; i--)
            {
                var q = encoders[i].Encode(i == encoders.Count - 1 ? batch[0] : latents[i + 1]);
                (distributions[i], latents[i]) = (q, q.Shape[0] == rows.Total ? q.RSample() : rows.Draw(q));
            }

            return new Draws(this, batch, layout, latents, distributions);
        }

        protected override SiteTerms TermsOnce(Draws draws, TermForm form)
        {
            var terms = new SiteTerms(draws, form);
            var h = draws.Latents;
            terms.Latent(Plan.Sites[0].At(0), draws.Distributions[0], Normal(0, 1), h[0]);
            for (var i = 1; i < h.Count; i++) terms.Latent(Plan.Sites[1].At(i), draws.Distributions[i], Normal(h[i - 1], 0.5), h[i]);
            terms.Observed(Plan.Sites[2], Normal(h[^1], 0.1), draws.Batch[0]);
            return terms;
        }

        protected override void PrepareEncoders(Batch batch)
        {
            for (var i = encoders.Count - 1; i >= 0; i--) encoders[i].Prepare([batch[0]], []);
        }
    }
}
