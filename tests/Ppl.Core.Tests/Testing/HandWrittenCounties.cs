using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>
/// A hierarchical linear regression whose posterior is normal: mu ~ N(0, 2²); theta_c ~ N(mu, 1.5²) for each of 3 counties;
/// y_n ~ N(theta at n's county + 0.5 mu, 0.7²). What the generator would write for it, by hand: both latents are outside the rows.
/// </summary>
internal sealed class HandWrittenCounties : GenerativeModel, IGeneratedModel
{
    public const long Counties = 3;

    public ModelPlan Plan => Sites.Plan;

    public void Invoke(IReadOnlyList<Tensor> inputs) => Generate(inputs[0], inputs[1]);

    Ppl.Guide IGeneratedModel.CreateGuide() => CreateGuide();

    public Guide CreateGuide(Posterior? mu = null, Posterior? theta = null) => new(this, mu, theta);

    void IGeneratedModel.Run(Pass pass, IReadOnlyList<Tensor?> inputs)
    {
        var county = pass.Repeat(Sites.Data, inputs[1]);
        var mu = pass.Latent(Sites.Mu, Normal(0, 2));
        using var counties = pass.Open(Sites.County, Counties);
        var theta = pass.Latent(Sites.Theta, Normal(mu, 1.5));
        pass.Observed(Sites.Y, Normal(theta.index_select(0, county) + (0.5 * mu), 0.7), inputs[0]);
    }

    [Model]
    private static void Generate(Tensor y, Tensor county)
    {
#line 1
        var mu = Sample(Normal(0, 2));
#line 2
        var counties = Plate(size: Counties);
#line 3
        var theta = Sample(Normal(mu, 1.5));
        counties.Dispose();
        using var data = Plate(y, county);
#line 4
        Observe(y, Normal(theta.index_select(0, county) + (0.5 * mu), 0.7));
#line default
    }

    /// <summary>The exact posterior of (mu, theta): mean [4] and covariance [4, 4], and log p(y).</summary>
    public static (Tensor Mean, Tensor Covariance, double Evidence) Posterior(Tensor y, Tensor county)
    {
        var prior = zeros(4, 4, float64) + 4;
        prior = prior + diag(tensor([0, 2.25, 2.25, 2.25], float64));
        var design = cat([zeros(y.shape[0], 1, float64) + 0.5, nn.functional.one_hot(county, Counties).to(float64)], 1);
        var total = design.matmul(prior).matmul(design.t()) + (eye(y.shape[0], dtype: float64) * 0.49);
        var gain = linalg.solve(total, design.matmul(prior)).t();
        var evidence = new MultivariateNormal(0, covariance: total).LogProb(y).item<double>();
        return (gain.matmul(y), prior - gain.matmul(design).matmul(prior), evidence);
    }

    private static class Sites
    {
        public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0), new(1, 0)] };

        public static readonly PlateInfo County = new() { Name = "county", Index = 1, Line = 2 };

        public static readonly SiteInfo Mu = new()
        {
            Name = "mu",
            Kind = SiteKind.Latent,
            Slot = 0,
            Family = "Normal",
            Plates = [],
            Depends = [],
            Kl = KlChoice.ClosedForm,
            Line = 1,
            DistributionText = "Normal(0, 2)",
        };

        public static readonly SiteInfo Theta = Mu with
        {
            Name = "theta",
            Slot = 1,
            Plates = [County],
            Depends = [false],
            Parents = ["mu"],
            Line = 3,
            DistributionText = "Normal(mu, 1.5)",
        };

        public static readonly SiteInfo Y = Mu with
        {
            Name = "y",
            Kind = SiteKind.Observed,
            Plates = [Data],
            Depends = [true],
            Parents = ["mu", "theta"],
            Line = 4,
            DistributionText = "Normal(theta.index_select(0, county) + (0.5 * mu), 0.7)",
        };

        public static readonly ModelPlan Plan = new()
        {
            Model = nameof(HandWrittenCounties),
            Method = "Generate",
            Plates = [Data, County],
            Sites = [Mu, Theta, Y],
            Inputs = [new("y", true, [Data]), new("county", false, [Data])],
        };
    }

    public sealed class Guide : Ppl.Guide
    {
        public Guide(HandWrittenCounties model, Posterior? mu, Posterior? theta) : base(model)
        {
            Mu = Register(Sites.Mu, mu);
            Theta = Register(Sites.Theta, theta);
            Steps = Connect(new GuideStep("mu", []), new GuideStep("theta", ["mu"]));
        }

        public Encoder Mu { get; }

        public Encoder Theta { get; }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override void Infer(GuidePass pass)
        {
            var mu = pass.Latent(Sites.Mu, Mu);
            pass.Latent(Sites.Theta, Theta, mu);
        }
    }
}
