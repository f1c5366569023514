using Ppl.Contracts;
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
        Slot = 0,
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
            First with { Depends = [true], Parents = ["h"], Line = 201, DistributionText = "Normal(h[i - 1], 0.5)" },
            First with
            {
                Name = "x",
                Kind = SiteKind.Observed,
                IsIndexed = false,
                Depends = [true],
                Parents = ["h"],
                Line = 202,
                DistributionText = "Normal(h[Steps - 1], 0.1)",
            },
        ],
        Inputs = [new("x", true, [Data])],
    };

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    public Ppl.Guide CreateGuide() => new Guide(this);

    IReadOnlyList<int> IGeneratedModel.Lengths => [Steps];

    IReadOnlyList<SiteInfo> IGeneratedModel.Sequence => [First.At(0), Plan.Sites[1].At(1), Plan.Sites[1].At(2), Plan.Sites[2]];

    void IGeneratedModel.Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var h = new Tensor[Steps];
        h[0] = pass.Latent(Plan.Sites[0].At(0), Normal(0, 1));
        for (var i = 1; i < Steps; i++) h[i] = pass.Latent(Plan.Sites[1].At(i), Normal(h[i - 1], 0.5));
        pass.Observed(Plan.Sites[2], Normal(h[^1], 0.1), inputs[0]);
    }

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

        public Guide(HandWrittenChain model) : base(model)
        {
            encoders = Register(First, null, HandWrittenChain.Steps);
            Steps = Connect(new GuideStep("h[2]", ["x"]), new GuideStep("h[1]", ["h[2]"]), new GuideStep("h[0]", ["h[1]"]));
        }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override void Infer(GuidePass pass)
        {
            var seen = pass.Input(0);
            for (var i = encoders.Count - 1; i >= 0; i--) seen = pass.Latent(First.At(i), encoders[i], seen);
        }
    }
}
