using Ppl.Contracts;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Bounds of a user's own, written from public members alone, in an assembly that sees no others of Ppl.Inference.</summary>
public sealed class OwnObjectiveTests
{
    private const int K = 4;

    /// <summary>The Rényi bound is IWAE at α = 0, and the ELBO in the limit α → 1.</summary>
    [Theory]
    [InlineData("Vae")]
    [InlineData("TwoLayers")]
    public void Renyi_bound(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        Assert.Equal(Value(pass, Objective.Iwae(K)), Value(pass, new Renyi(0, K)), 1e-10);
        Assert.Equal(Value(pass, Objective.Elbo(K, KlForm.Sampled)), Value(pass, new Renyi(1 - 1e-7, K)), 1e-5);
        Assert.Equal(Gradient(pass, Objective.Iwae(K)), Gradient(pass, new Renyi(0, K)), (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Equal("Renyi(4)", new Renyi(0.5, K).ToString());
    }

    /// <summary>The β-ELBO is the ELBO at β = 1, and the reconstruction at β = 0.</summary>
    [Theory]
    [InlineData("Vae")]
    [InlineData("TwoLayers")]
    public void Beta_elbo(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        using var elbo = Evaluate(pass, Objective.Elbo());
        Assert.Equal(elbo.Bound, Value(pass, new BetaElbo(1)), 1e-10);
        Assert.Equal(elbo.Read().Reconstruction, Value(pass, new BetaElbo(0)), 1e-10);
        Assert.Equal(elbo.Read().Reconstruction - (4 * elbo.Read().Kl), Value(pass, new BetaElbo(4)), 1e-10);
    }

    [Fact]
    public void An_objective_of_ones_own_trains_and_measures()
    {
        using var pass = Pass.Prepare(Models.Get("Vae"));
        using var data = Dataset.From("rows", [.. pass.Guide.Plan.Inputs.Select((input, i) => (input.Name, pass.Batch[i]))]);
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(pass.Model, pass.Guide, new BetaElbo(2), p => optim.Adam(p, 1e-2), settings);
        var before = svi.Evaluate(data).Bound;
        svi.Fit(data, epochs: 40, batchSize: 2);
        Assert.True(svi.Evaluate(data).Bound > before);
    }

    [Fact]
    public void A_bound_of_another_shape_is_refused()
    {
        using var pass = Pass.Prepare(Models.Get("Vae"));
        var fault = Assert.Throws<PplShapeException>(() => Value(pass, new Unreduced()));
        Assert.Equal("unreduced: the bound of each datum has shape (1, 5); it must be (5).", fault.Message);
    }

    /// <summary>DIP-VAE-I: the covariance of the posterior means over the batch, from the guide's factors.</summary>
    [Fact]
    public void An_objective_of_ones_own_sees_the_draws_of_the_batch()
    {
        using var pass = Pass.Prepare(Models.Get("Vae"));
        using var elbo = Evaluate(pass, Objective.Elbo());
        Assert.Equal(elbo.Bound, Value(pass, new DipVae(0)), 1e-12);
        using var found = Evaluate(pass, new DipVae(3));
        var means = pass.Guide.Draw(pass.Batch, 1).Distributions[0].Mean;
        var (rows, penalty) = (means.shape[0], 0.0);
        for (var i = 0L; i < means.shape[1]; i++)
        {
            for (var j = 0L; j < means.shape[1]; j++)
            {
                var (a, b) = (means.select(1, i), means.select(1, j));
                var covariance = ((a * b).sum() / rows) - (a.sum() * b.sum() / (rows * rows));
                penalty += Math.Pow(covariance.ToDouble() - (i == j ? 1 : 0), 2);
            }
        }

        Assert.Equal(elbo.Bound - (3 * penalty), found.Bound, 1e-10);
        Assert.Equal(found.Bound, found.PerDatum.mean().ToDouble(), 1e-10);
        var differences = Gradient(pass, new DipVae(3)).Zip(Gradient(pass, Objective.Elbo()), (a, b) => Math.Abs(a - b));
        Assert.True(differences.Max() > 1e-4);
    }

    private static ObjectiveResult Evaluate(Pass pass, Objective objective)
    {
        using var generator = manual_seed(7);
        return objective.Evaluate(pass.Guide, pass.Batch);
    }

    private static double Value(Pass pass, Objective objective)
    {
        using var result = Evaluate(pass, objective);
        return result.Bound;
    }

    private static double[] Gradient(Pass pass, Objective objective)
    {
        foreach (var parameter in pass.Guide.parameters()) parameter.grad = null;
        using var generator = manual_seed(7);
        objective.Accumulate(pass.Guide, pass.Batch).Dispose();
        return [.. pass.Guide.parameters().SelectMany(p => p.grad is { } g ? g.data<double>().ToArray() : [])];
    }

    /// <summary>(1 / (1 − α)) log (1/K) Σ_k w_k^(1 − α) for each datum: Li and Turner 2016, arXiv:1602.02311.</summary>
    private sealed class Renyi(double alpha, int particles) : Objective(particles)
    {
        public override string Name => "Renyi";

        protected override Tensor PerDatum(TermGroup group)
        {
            var powers = group.LogWeight * (1 - alpha);
            return (powers.logsumexp(0) - Math.Log(Particles)) / (1 - alpha);
        }
    }

    /// <summary>log p(x | z) − β KL(q || p): Higgins et al. 2017.</summary>
    private sealed class BetaElbo(double beta) : Objective
    {
        public override string Name => "β-ELBO";

        public override TermForm Form => TermForm.ClosedFormWhereLegal;

        protected override Tensor PerDatum(TermGroup group) => Weighed(group);

        protected override Tensor OfOuter(TermGroup group) => Weighed(group);

        private Tensor Weighed(TermGroup group)
        {
            var parts = group.Terms.Select(term => term.Site.Kind == SiteKind.Observed ? term.LogP!
                : term.Kl is { } kl ? kl * -beta : (term.LogP! - term.LogQ!) * beta);
            return parts.Aggregate((sum, part) => sum + part).mean([0]);
        }
    }

    /// <summary>ELBO − λ Σ_ij (Cov(E_q[z])_ij − 1 where i = j)²: Kumar et al. 2018, arXiv:1711.00848.</summary>
    private sealed class DipVae(double weight) : Objective
    {
        public override string Name => "DIP-VAE";

        public override TermForm Form => TermForm.ClosedFormWhereLegal;

        protected override Tensor PerDatum(TermGroup group) => group.LogWeight.mean([0]);

        protected override Tensor OfBatch(BatchDraws draws)
        {
            var means = draws["z"].Guide.Mean;
            var centered = means - means.mean([0]);
            var covariance = centered.t().matmul(centered) / means.shape[0];
            return -weight * (covariance - eye(means.shape[1], dtype: means.dtype)).square().sum();
        }
    }

    private sealed class Unreduced : Objective
    {
        public override string Name => "unreduced";

        protected override Tensor PerDatum(TermGroup group) => group.LogWeight;
    }
}
