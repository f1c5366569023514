using Ppl.Distributions;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>A bound against an evidence in closed form: at the exact posterior; after training; and what a smaller guide reaches.</summary>
public static class RegressionProgram
{
    private const int Rows = 50;
    private const int Features = 4;
    private const int Steps = 3_000;

    /// <summary>Sets, trains, and measures.</summary>
    /// <param name="budget">A short run trains for a fifth of the steps.</param>
    public static IReadOnlyList<Measured> Run(Budget budget)
    {
        using var scope = NewDisposeScope();
        manual_seed(budget.Seed);
        var x = randn([Rows, Features], float64);
        var y = x.sum(1) + 1 + (KnownNoise.Noise * randn([Rows], float64));
        var evidence = Evidence(y, x);

        using var model = new KnownNoise(Features);
        using var exact = Joint(model);
        exact.Prepare(exact.Batch(y, x));
        SetExact(exact, y, x);
        using var trained = Joint(model);
        var steps = budget.Of(Steps, Steps / 5);
        Train(model, trained, y, x, steps, budget.Seed);
        using var independent = model.CreateGuide(w: Posterior.Diagonal().StartingAt(0.1), b: Posterior.Diagonal().StartingAt(0.1));
        Train(model, independent, y, x, steps, budget.Seed);
        return
        [
            new("bound of one draw at the exact posterior, log p(y)", Bound(exact, y, x, 1), evidence, 1e-6),
            new("bound after training from scratch, log p(y)", Bound(trained, y, x, 100), evidence, budget.IsShort ? 0.2 : 0.01),
            new("bound of independent coordinates, trained, the best there is", Bound(independent, y, x, 1_000), evidence - Loss(x), 0.02),
        ];
    }

    private static KnownNoise.Guide Joint(KnownNoise model)
    {
        var family = Posterior.FullCovariance().StartingAt(0.1);
        return model.CreateGuide(w: family, b: family);
    }

    private static void Train(KnownNoise model, Guide guide, Tensor y, Tensor x, int steps, long seed) =>
        Training.Fit(model, guide, Objective.Elbo(gradient: GradientForm.StickingTheLanding), [y, x], steps, 0.05, seed);

    /// <summary>Under sampled divergences: at the exact posterior every single draw gives log p(y).</summary>
    private static double Bound(Guide guide, Tensor y, Tensor x, int draws)
    {
        using var bound = Objective.Elbo(draws, KlForm.Sampled).Evaluate(guide, guide.Batch(y, x));
        return bound.Read().Bound;
    }

    /// <summary>y ~ Normal(0, X Xᵀ + Spread² 1 1ᵀ + Noise² I).</summary>
    private static double Evidence(Tensor y, Tensor x)
    {
        var covariance = x.matmul(x.t()) + (KnownNoise.Spread * KnownNoise.Spread)
            + (eye(Rows, dtype: float64) * (KnownNoise.Noise * KnownNoise.Noise));
        return new MultivariateNormal(zeros_like(y), covariance: covariance).LogProb(y).item<double>();
    }

    /// <summary>Λ, the precision of the posterior of (w, b).</summary>
    private static Tensor Precision(Tensor x)
    {
        var design = cat([x, ones([Rows, 1], float64)], 1);
        var prior = cat([ones([Features], float64), full([1], 1 / (KnownNoise.Spread * KnownNoise.Spread), float64)]).diag();
        return (design.t().matmul(design) / (KnownNoise.Noise * KnownNoise.Noise)) + prior;
    }

    /// <summary>What the best guide of independent coordinates loses: ½ (Σ log Λᵢᵢ − log |Λ|).</summary>
    private static double Loss(Tensor x)
    {
        var precision = Precision(x);
        return ((0.5 * precision.diagonal().log()) - linalg.cholesky(precision).diagonal().log()).sum().item<double>();
    }

    /// <summary>
    /// Writes the normal posterior of (w, b) into the guide's parameters, as docs/guides.md names them: the factor that is drawn first has its
    /// marginal, and the other one its conditional, whose mean is linear in the first.
    /// </summary>
    private static void SetExact(KnownNoise.Guide guide, Tensor y, Tensor x)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var design = cat([x, ones([Rows, 1], float64)], 1);
        var covariance = linalg.inv(Precision(x));
        var mean = covariance.matmul(design.t().matmul(y)) / (KnownNoise.Noise * KnownNoise.Noise);

        // b is drawn first: q(b) q(w | b).
        var (mw, mb) = (mean.narrow(0, 0, Features), mean.narrow(0, Features, 1));
        var (ww, wb) = (covariance.narrow(0, 0, Features).narrow(1, 0, Features), covariance.narrow(0, 0, Features).narrow(1, Features, 1));
        var bb = covariance.narrow(0, Features, 1).narrow(1, Features, 1);
        var slope = wb / bb;
        Write(guide, "b", mb, bb);
        Write(guide, "w", mw - slope.matmul(mb), ww - slope.matmul(wb.t()));
        guide.state_dict()["w.coupling"].copy_(slope);
    }

    /// <summary>N(mean, covariance) as the outputs of a full covariance: the mean, then L, its diagonal through softplus(o + c) + 1e-6.</summary>
    private static void Write(KnownNoise.Guide guide, string latent, Tensor mean, Tensor covariance)
    {
        const double Offset = 0.54132485461291810;
        const double Least = 1e-6;
        var lower = linalg.cholesky(covariance);
        var diagonal = (lower.diagonal() - Least).expm1().log() - Offset;
        var outputs = cat([mean, (lower.tril(-1) + diagonal.diag()).flatten()]);
        guide.state_dict()[$"{latent}.head.free"].copy_(outputs);
    }
}
