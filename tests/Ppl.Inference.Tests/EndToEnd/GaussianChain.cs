using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>
/// Two Gaussian layers, coordinate by coordinate, in double precision: h2 ~ N(0, 1), h1 ~ N(a h2, s), x ~ N(b h1, t). The generator's code
/// written by hand, with the faithful inverse q(h1 | x) q(h2 | h1); its exact posterior is in the guide's family.
/// </summary>
internal sealed class GaussianChain : GenerativeModel, IGeneratedModel
{
    private readonly Parameter a;
    private readonly Parameter b;
    private readonly Parameter logS;
    private readonly Parameter logT;

    public GaussianChain()
    {
        a = new Parameter(tensor([0.8, -1.3], dtype: ScalarType.Float64));
        b = new Parameter(tensor([1.1, 0.6], dtype: ScalarType.Float64));
        logS = new Parameter(tensor([-0.3, 0.2], dtype: ScalarType.Float64));
        logT = new Parameter(tensor([-0.5, -0.1], dtype: ScalarType.Float64));
        RegisterComponents();
    }

    private void Generate(Tensor x)
    {
        using var data = Plate(x);
#line 1
        var h2 = Sample(Normal(0, 1).Expand(2));
        var h1 = Sample(Normal(a * h2, logS.exp()));
        Observe(x, Normal(b * h1, logT.exp()));
#line default
    }

    public ModelPlan Plan => Sites.Plan;

    Ppl.Guide IGeneratedModel.CreateGuide() => CreateGuide();

    public Guide CreateGuide() => new(this);

    /// <summary>A guide that is the posterior.</summary>
    public Guide ExactGuide(Tensor x)
    {
        var guide = CreateGuide();
        guide.Prepare(guide.Batch(x));
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (s2, t2) = ((2 * logS).exp(), (2 * logT).exp());
        var prior = a.square() + s2;
        var precision1 = (1 / prior) + (b.square() / t2);
        var precision2 = 1 + (a.square() / s2);
        SetDiagonal(guide.h1, b / t2 / precision1, -0.5 * precision1.log());
        SetDiagonal(guide.h2, a / s2 / precision2, -0.5 * precision2.log());
        return guide;
    }

    /// <summary>log p(x), [B].</summary>
    public Tensor Evidence(Tensor x)
    {
        using var grad = no_grad();
        var variance = (b.square() * (a.square() + (2 * logS).exp())) + (2 * logT).exp();
        return (-0.5 * ((x.square() / variance) + variance.log() + Math.Log(2 * Math.PI))).sum(1);
    }

    /// <summary>Makes a linear encoder's mean diagonal in its inputs, and its scale a constant.</summary>
    private static void SetDiagonal(Encoder encoder, Tensor slope, Tensor logScale)
    {
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            if (name.EndsWith("weight", StringComparison.Ordinal)) parameter.copy_(cat([slope.diag(), zeros_like(slope.diag())], 0));
            else parameter.copy_(cat([zeros_like(logScale), logScale], 0));
        }
    }

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    public void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var h2 = pass.Latent(Sites.h2, Normal(0, 1).Expand(2));

        // Its parent h2 is drawn after it, so that no closed form is legal.
        var h1 = pass.Latent(Sites.h1, Normal(a * h2, logS.exp()));
        pass.Observed(Sites.x, Normal(b * h1, logT.exp()), inputs[0]);
    }

    public sealed class Guide : Ppl.Guide
    {
        public Guide(GaussianChain model)
            : base(model)
        {
            h1 = Register(Sites.h1, Posterior.Default(hidden: []));
            h2 = Register(Sites.h2, Posterior.Default(hidden: []));
            Steps = Connect(new GuideStep("h1", ["x"]), new GuideStep("h2", ["h1"]));
        }

        public Encoder h1 { get; }

        public Encoder h2 { get; }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override void Infer(GuidePass pass)
        {
            var drawn = pass.Latent(Sites.h1, h1, pass.Input(0));
            pass.Latent(Sites.h2, h2, drawn);
        }
    }

    private static class Sites
    {
        public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)] };

        public static readonly SiteInfo h2 = new()
        {
            Name = "h2",
            Kind = SiteKind.Latent,
            Slot = 0,
            Family = "Normal",
            Plates = [Data],
            Depends = [false],
            GuideFollowsLatents = true,
            Kl = KlChoice.ClosedForm,
            GuideParents = ["h1"],
            Line = 1,
            DistributionText = "Normal(0, 1).Expand(2)",
        };

        public static readonly SiteInfo h1 = new()
        {
            Name = "h1",
            Kind = SiteKind.Latent,
            Slot = 1,
            Family = "Normal",
            Plates = [Data],
            Depends = [true],
            Parents = ["h2"],
            Kl = KlChoice.Sampled,
            GuideParents = ["x"],
            Line = 2,
            DistributionText = "Normal(a * h2, logS.exp())",
        };

        public static readonly SiteInfo x = new()
        {
            Name = "x",
            Kind = SiteKind.Observed,
            Slot = 0,
            Family = "Normal",
            Plates = [Data],
            Depends = [true],
            Parents = ["h1"],
            Line = 3,
            DistributionText = "Normal(b * h1, logT.exp())",
        };

        public static readonly ModelPlan Plan = new()
        {
            Model = nameof(GaussianChain),
            Method = nameof(Generate),
            Plates = [Data],
            Sites = [h2, h1, x],
            Inputs = [new ModelInput("x", IsObserved: true, [Data])],
        };
    }
}
