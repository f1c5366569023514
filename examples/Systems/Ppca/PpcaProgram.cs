using Ppl.Data;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Inference;
using Ppl.Reporting;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Probabilistic PCA by its closed form, by expectation maximization, and by variational inference with a full covariance.</summary>
public static class PpcaProgram
{
    private const int Latents = 2;

    /// <summary>Fits the three and compares them.</summary>
    /// <param name="run">What it is told; an epoch is a step on all rows.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var table = Table.OilFlow(run.DataFolder);
        var exact = LinearGaussian.MaximumLikelihood(table.Rows, Latents);
        var (expected, path) = LinearGaussian.ExpectationMaximization(table.Rows, Latents);

        var steps = run.EpochsOr(6_000, 2_000);
        using var model = new ProbabilisticPca(Latents, table.Rows.shape[1]);
        model.to(float64);
        using var guide = model.CreateGuide(z: Posterior.FullCovariance(hidden: []));
        using var svi = new Svi(
            model,
            guide,
            Objective.Elbo(particles: 5, KlForm.Sampled, GradientForm.StickingTheLanding),
            parameters => optim.Adam(parameters, lr: 0.03),
            new SviSettings { Seed = run.Seed, Schedule = Schedules.Cosine(steps), ScheduleUnit = ScheduleUnit.Step });
        svi.Fit([table.Rows], steps, run);
        using var grad = no_grad();
        var inferred = model.Estimate();
        using var rows = Dataset.From(table.Rows);
        var bound = Evaluate.Bound(model, guide, rows, Objective.Elbo(kl: KlForm.Sampled)).Bound;
        Pictures(guide.z.Encode(table.Rows).Mean, table, exact, run);
        var findings = Compare(table, exact, expected, path, inferred, guide, bound, run);
        return new(
            $"{table.Name}: {table.Rows.shape[0]} rows of {table.Rows.shape[1]} numbers, two latents, float64. Variational inference: the guide "
            + $"is a normal with a full covariance, mean and factor linear in x; {steps} steps of Adam on all rows, the rate falls from 0.03 "
            + $"along half "
            + "a cosine, five draws a step, the gradient of the guide sticks the landing.",
            findings,
            [
                new("pca.png", "posterior means of the closed form, along the first two principal components"),
                new("guide.png", "means of the guide of variational inference, turned onto the principal axes"),
            ],
            [
                (findings.All(finding => finding.Holds) ? "All three reach one likelihood and one plane."
                    : "With these steps variational inference has not come to where the others are.")
                + " W itself is known up to a rotation of z, which the angle does not see.",
            ]);
    }

    private static List<Finding> Compare(
        Table table, LinearGaussian exact, LinearGaussian expected, IReadOnlyList<double> path, LinearGaussian inferred, ProbabilisticPca.Guide guide,
        double bound, SystemRun run)
    {
        var rows = table.Rows;
        var best = exact.LogLikelihood(rows);
        var closed = "closed form";
        var found = inferred.LogLikelihood(rows);
        var apart = Divergence.Kl((MultivariateNormal)guide.z.Encode(rows), inferred.Posterior(rows));
        return
        [
            new("log-likelihood by the closed form, nats a row", best),
            new("σ² by the closed form", exact.Variance) { Reference = Discarded(rows), Source = "mean of the discarded eigenvalues" },
            new("EM: log-likelihood", expected.LogLikelihood(rows), best - 1e-6, best + 1e-6) { Reference = best, Source = closed },
            new("EM: steps", path.Count - 1),
            new("EM: largest fall of the log-likelihood in a step", path.Zip(path.Skip(1), (a, b) => a - b).Max(), Most: 1e-9),
            new("EM: largest principal angle to PCA's plane, radians", expected.LargestAngle(exact.Loadings), Most: 1e-3),
            new("SVI: log-likelihood", found, best - 0.01, best + 1e-6) { Reference = best, Source = closed },
            new("SVI: largest principal angle to PCA's plane, radians", inferred.LargestAngle(exact.Loadings), Most: run.IsSmoke ? 1e-2 : 1e-3),
            new("SVI: σ²", inferred.Variance, exact.Variance * 0.99, exact.Variance * 1.01) { Reference = exact.Variance, Source = closed },
            new("SVI: ELBO", bound, found - 1e-3, found + 1e-3) { Reference = found, Source = "log-likelihood of the same parameters" },
            new("SVI: mean KL of the guide to the exact posterior, nats", apart.mean().item<double>(), Most: 1e-3),
        ];
    }

    private static double Discarded(Tensor rows) =>
        linalg.eigh(LinearGaussian.Covariance(rows)).Item1.narrow(0, 0, rows.shape[1] - Latents).mean().item<double>();

    // PCA's scores beside the guide's means, which are turned by the rotation that lays them on the scores best (Schönemann 1966).
    private static void Pictures(Tensor means, Table table, LinearGaussian exact, SystemRun run)
    {
        var scores = exact.Posterior(table.Rows).Mean;
        var (left, _, right) = linalg.svd(means.t().matmul(scores), fullMatrices: false);
        Scatter("the closed form", scores, table, run.File("pca.png"));
        Scatter("the guide's means", means.matmul(left).matmul(right), table, run.File("guide.png"));
    }

    private static void Scatter(string title, Tensor points, Table table, string path)
    {
        var chart = new LineChart { Title = $"{table.Name}: {title}", Width = 420, Height = 360 };
        chart.AddClasses(points, table.Classes, number => $"class {number}");
        chart.Save(path);
    }
}
