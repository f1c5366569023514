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

    public void Invoke(IReadOnlyList<Tensor> inputs) => throw new NotSupportedException();

    Ppl.Guide IGeneratedModel.CreateGuide() => CreateGuide();

    public Guide CreateGuide(Posterior? mu = null, Posterior? theta = null) => new(this, mu, theta);

    public JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates)
    {
        var simulation = new Simulation(this, Plan, sizes, covariates);
        var (mu, theta) = Latents(simulation);
        return new([mu, theta], [simulation.Observed(Sites.Y, Normal(Mean(mu, theta, covariates[0]), 0.7))]);
    }

    public JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates) =>
        throw new NotSupportedException();

    public Tensor LogJoint(IReadOnlyList<Tensor> latents, Batch batch) => throw new NotSupportedException();

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

    private static (Tensor Mu, Tensor Theta) Latents(Simulation simulation)
    {
        var mu = simulation.Latent(Sites.Mu, Normal(0, 2)).to(float64);
        simulation.Layout.Open(Sites.County, Counties);
        return (mu, simulation.Latent(Sites.Theta, Normal(mu, 1.5)).to(float64));
    }

    private static Tensor Mean(Tensor mu, Tensor theta, Tensor county) => theta.index_select(0, county) + (0.5 * mu);

    private static class Sites
    {
        public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0), new(1, 0)] };

        public static readonly PlateInfo County = new() { Name = "county", Index = 1 };

        public static readonly SiteInfo Mu = new()
        {
            Name = "mu",
            Kind = SiteKind.Latent,
            Family = "Normal",
            Plates = [],
            Depends = [],
            Kl = KlChoice.ClosedForm,
            Line = 1,
            DistributionText = "Normal(0, 2)",
        };

        public static readonly SiteInfo Theta = Mu with { Name = "theta", Plates = [County], Depends = [false], DistributionText = "" };

        public static readonly SiteInfo Y = Mu with { Name = "y", Kind = SiteKind.Observed, Plates = [Data], Depends = [true] };

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
        private readonly HandWrittenCounties model;

        public Guide(HandWrittenCounties model, Posterior? mu, Posterior? theta) : base(model)
        {
            this.model = model;
            Mu = Register("mu", new Encoder(mu));
            Theta = Register("theta", new Encoder(theta));
            Steps = Connect([new("mu", []), new("theta", ["mu"])]);
        }

        public Encoder Mu { get; }

        public Encoder Theta { get; }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override Draws DrawOnce(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given)
        {
            layout.Open(Sites.County, Counties);
            var q_mu = Mu.Encode(layout);
            var mu = given?[0] ?? q_mu.RSample();
            var q_theta = Theta.Encode(layout, mu);
            var theta = given?[1] ?? q_theta.RSample();
            return new Draws(this, batch, layout, [mu, theta], [q_mu, q_theta]);
        }

        protected override SiteTerms TermsOnce(Draws draws, TermForm form)
        {
            var terms = new SiteTerms(draws, form);
            var (mu, theta) = (draws.Latents[0], draws.Latents[1]);
            terms.Latent(Sites.Mu, draws.Distributions[0], Normal(0, 2), mu);
            terms.Latent(Sites.Theta, draws.Distributions[1], Normal(mu, 1.5), theta);
            terms.Observed(Sites.Y, Normal(Mean(mu, theta, draws.Batch[1]), 0.7), draws.Batch[0]);
            return terms;
        }

        protected override void PrepareEncoders(Batch batch)
        {
            var simulation = new Simulation(model, batch);
            var (mu, theta) = Latents(simulation);
            Mu.Prepare([], mu, simulation.Model("mu"));
            Theta.Prepare([mu], theta, simulation.Model("theta"));
        }
    }
}
