using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Core.Tests.Testing;

/// <summary>The two-layer model of docs/architecture.md with what the generator would write for it, by hand, and a covariate.</summary>
internal sealed class HandWrittenHierarchy : GenerativeModel, IGeneratedModel
{
    private readonly Module<Tensor, Tensor> mean = Linear(2, 3);
    private readonly Module<Tensor, Tensor> decoder = Linear(4, 6);

    public HandWrittenHierarchy() => RegisterComponents();

    public ModelPlan Plan => Sites.Plan;

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    public Ppl.Guide CreateGuide() => new Guide(this);

    public JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates)
    {
        var simulation = new Simulation(this, Plan, sizes, covariates);
        var c = covariates[0];
        var h2 = simulation.Latent(Sites.H2, Normal(0, 1).Expand(2));
        var h1 = simulation.Latent(Sites.H1, Normal(mean.call(h2), 0.5));
        var x = simulation.Observed(Sites.X, Bernoulli(logits: decoder.call(cat([h1, c], -1))));
        return new([h2, h1], [x]);
    }

    public JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates)
    {
        var simulation = new Simulation(this, Plan, sizes, covariates);
        return new(latents, [simulation.Observed(Sites.X, Bernoulli(logits: decoder.call(cat([latents[1], covariates[0]], -1))))]);
    }

    public Tensor LogJoint(IReadOnlyList<Tensor> latents, Batch batch)
    {
        var terms = new SiteTerms(new Layout(batch, 1), TermForm.Sampled);
        terms.Given(Sites.H2, Normal(0, 1).Expand(2), latents[0]);
        terms.Given(Sites.H1, Normal(mean.call(latents[0]), 0.5), latents[1]);
        terms.Observed(Sites.X, Bernoulli(logits: decoder.call(cat([latents[1], batch[1]], -1))), batch[0]);
        return terms.LogJoint();
    }

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
#line 100
        var h2 = Sample(Normal(0, 1).Expand(2));
#line 101
        var h1 = Sample(Normal(mean.call(h2), 0.5));
#line 102
        Observe(x, Bernoulli(logits: decoder.call(cat([h1, c], -1))));
#line default
    }

    private static class Sites
    {
        public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0), new(1, 0)] };

        public static readonly SiteInfo H2 = Latent("h2", 100, "Normal(0, 1).Expand(2)", false) with { Kl = KlChoice.ClosedForm };

        public static readonly SiteInfo H1 = Latent("h1", 101, "Normal(mean.call(h2), 0.5)", true);

        public static readonly SiteInfo X = Latent("x", 102, "Bernoulli(logits: decoder.call(cat([h1, c], -1)))", true) with
        {
            Kind = SiteKind.Observed,
            Family = "Bernoulli",
        };

        public static readonly ModelPlan Plan = new()
        {
            Model = nameof(HandWrittenHierarchy),
            Method = "Generate",
            Plates = [Data],
            Sites = [H2, H1, X],
            Inputs = [new("x", true, [Data]), new("c", false, [Data])],
        };

        private static SiteInfo Latent(string name, int line, string text, bool plated) => new()
        {
            Name = name,
            Kind = SiteKind.Latent,
            Family = "Normal",
            Plates = [Data],
            Depends = [plated],
            Line = line,
            DistributionText = text,
        };
    }

    public sealed class Guide : Ppl.Guide
    {
        private readonly HandWrittenHierarchy model;

        public Guide(HandWrittenHierarchy model) : base(model)
        {
            this.model = model;
            H1 = Register("h1", new Encoder(Posterior.Default(hidden: [5])));
            H2 = Register("h2", new Encoder(Posterior.Default(hidden: [])));
        }

        public Encoder H1 { get; }

        public Encoder H2 { get; }

        public override IReadOnlyList<GuideStep> Steps => [new("h1", ["x", "c"]), new("h2", ["h1"])];

        protected override Draws DrawOnce(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given) => Infer(batch, layout, given);

        protected override SiteTerms TermsOnce(Draws draws, TermForm form)
        {
            var terms = new SiteTerms(draws, form);
            var (h2, h1) = (draws.Latents[0], draws.Latents[1]);
            var (x, c) = (draws.Batch[0], draws.Layout.Rows(Sites.Data).Repeat(draws.Batch[1]));
            var p_h2 = Normal(0, 1).Expand(2);
            terms.Latent(Sites.H2, draws.Distributions[0], p_h2, h2);
            terms.Latent(Sites.H1, draws.Distributions[1], Normal(model.mean.call(h2), 0.5), h1);
            terms.Observed(Sites.X, Bernoulli(logits: model.decoder.call(cat([h1, c], -1))), x);
            return terms;
        }

        protected override void PrepareEncoders(Batch batch)
        {
            var joint = model.Simulate([batch.Count], [batch[1]]);
            H1.Prepare([batch[0], batch[1]], joint.Latents[1].shape[1..]);
            H2.Prepare([joint.Latents[1]], joint.Latents[0].shape[1..]);
        }

        private Draws Infer(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given)
        {
            RequirePrepared();
            var q_h1 = H1.Encode(batch[0], batch[1]);
            var h1 = given?[1] ?? layout.Rows(Sites.Data).Draw(q_h1);
            var q_h2 = H2.Encode(h1);
            var h2 = given?[0] ?? q_h2.RSample();
            return new Draws(this, batch, layout, [h2, h1], [q_h2, q_h1]);
        }
    }
}
