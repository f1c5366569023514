using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>
/// Probabilistic PCA (Tipping and Bishop 1999) in double precision, with the code that the generator writes written by hand: a test of the
/// contract, and the model whose evidence and posterior are known.
/// </summary>
internal sealed class LinearGaussian : GenerativeModel, IGeneratedModel
{
    private readonly long latents;
    private readonly Linear decoder;
    private readonly Parameter logNoise;

    public LinearGaussian(long latents, long observed)
    {
        this.latents = latents;
        decoder = nn.Linear(latents, observed, dtype: ScalarType.Float64);
        logNoise = new Parameter(zeros([], dtype: ScalarType.Float64));
        RegisterComponents();
    }

    private void Generate(Tensor x)
    {
        using var data = Plate(x);
#line 1
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Normal(decoder.call(z), logNoise.exp()));
#line default
    }

    public Linear Decoder => decoder;

    public Parameter LogNoise => logNoise;

    public ModelPlan Plan => Sites.Plan;

    Ppl.Guide IGeneratedModel.CreateGuide() => CreateGuide();

    public Guide CreateGuide() => new(this);

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0]);

    public void Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var z = pass.Latent(Sites.z, Normal(0, 1).Expand(latents));
        pass.Observed(Sites.x, Normal(decoder.call(z), logNoise.exp()), inputs[0]);
    }

    public sealed class Guide : Ppl.Guide
    {
        public Guide(LinearGaussian model)
            : base(model)
        {
            z = Register(Sites.z, Posterior.Default(hidden: []));
            Steps = Connect(new GuideStep("z", ["x"]));
        }

        public Encoder z { get; }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override void Infer(GuidePass pass) => pass.Latent(Sites.z, z, pass.Input(0));
    }

    private static class Sites
    {
        public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)] };

        public static readonly SiteInfo z = new()
        {
            Name = "z",
            Kind = SiteKind.Latent,
            Slot = 0,
            Family = "Normal",
            Plates = [Data],
            Depends = [false],
            Kl = KlChoice.ClosedForm,
            GuideParents = ["x"],
            Line = 1,
            DistributionText = "Normal(0, 1).Expand(latents)",
        };

        public static readonly SiteInfo x = new()
        {
            Name = "x",
            Kind = SiteKind.Observed,
            Slot = 0,
            Family = "Normal",
            Plates = [Data],
            Depends = [true],
            Parents = ["z"],
            Line = 2,
            DistributionText = "Normal(decoder.call(z), logNoise.exp())",
        };

        public static readonly ModelPlan Plan = new()
        {
            Model = nameof(LinearGaussian),
            Method = nameof(Generate),
            Plates = [Data],
            Sites = [z, x],
            Inputs = [new ModelInput("x", IsObserved: true, [Data])],
        };
    }
}
