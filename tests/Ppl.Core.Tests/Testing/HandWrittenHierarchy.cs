using Ppl.Contracts;
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

    void IGeneratedModel.Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var (x, c) = (inputs[0], pass.Repeat(Sites.Data, inputs[1]));
        var h2 = pass.Latent(Sites.H2, Normal(0, 1).Expand(2));
        var h1 = pass.Latent(Sites.H1, Normal(mean.call(h2), 0.5));
        pass.Observed(Sites.X, Bernoulli(logits: decoder.call(cat([h1, c], -1))), x);
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

        public static readonly SiteInfo H2 = Latent("h2", 0, 100, "Normal(0, 1).Expand(2)", false) with { Kl = KlChoice.ClosedForm, GuideFollowsLatents = true };

        public static readonly SiteInfo H1 = Latent("h1", 1, 101, "Normal(mean.call(h2), 0.5)", true) with { Parents = ["h2"] };

        public static readonly SiteInfo X = Latent("x", 0, 102, "Bernoulli(logits: decoder.call(cat([h1, c], -1)))", true) with
        {
            Kind = SiteKind.Observed,
            Family = "Bernoulli",
            Parents = ["h1"],
        };

        public static readonly ModelPlan Plan = new()
        {
            Model = nameof(HandWrittenHierarchy),
            Method = "Generate",
            Plates = [Data],
            Sites = [H2, H1, X],
            Inputs = [new("x", true, [Data]), new("c", false, [Data])],
        };

        private static SiteInfo Latent(string name, int slot, int line, string text, bool plated) => new()
        {
            Name = name,
            Kind = SiteKind.Latent,
            Slot = slot,
            Family = "Normal",
            Plates = [Data],
            Depends = [plated],
            Line = line,
            DistributionText = text,
        };
    }

    public sealed class Guide : Ppl.Guide
    {
        public Guide(HandWrittenHierarchy model) : base(model)
        {
            H1 = Register(Sites.H1, Posterior.Default(hidden: [5]));
            H2 = Register(Sites.H2, Posterior.Default(hidden: []));
            Steps = Connect(new GuideStep("h1", ["x", "c"]), new GuideStep("h2", ["h1"]));
        }

        public Encoder H1 { get; }

        public Encoder H2 { get; }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override void Infer(GuidePass pass)
        {
            var h1 = pass.Latent(Sites.H1, H1, pass.Input(0), pass.Input(1));
            pass.Latent(Sites.H2, H2, h1);
        }
    }
}
