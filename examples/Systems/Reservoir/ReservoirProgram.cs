using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>A VAE learns the states of a reservoir that a healthy series runs through: where the bound is low, something is wrong.</summary>
public static class ReservoirProgram
{
    private const int Units = 100;
    private const int Latents = 8;
    private const int Hidden = 64;
    private const int BatchSize = 100;
    private const int Draws = 10;
    private const int Washout = 100;

    /// <summary>Trains and ranks.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var epochs = run.EpochsOr(50, 2);
        using var reservoir = new EchoStates(1, Units);
        var (healthy, faulty) = (Signal.Normal(run.Of(5_000, 400)), Signal.WithAnomalies(run.Of(10_000, 1_000)));
        int[] kept = [.. Enumerable.Range(Washout, faulty.IsAnomalous.Count - Washout).Where(t => !faulty.IsEcho[t])];
        bool[] isAnomalous = [.. kept.Select(t => faulty.IsAnomalous[t])];

        var memory = MemoryOf(reservoir, healthy.Values);
        var states = Scores(reservoir.call(healthy.Values.unsqueeze(1)), reservoir.call(faulty.Values.unsqueeze(1)), epochs, run);
        var values = Scores(healthy.Values.unsqueeze(1), faulty.Values.unsqueeze(1), epochs, run);
        var (byStates, byValues) = (Curve(states), Curve(values));
        Charts(faulty, states, byStates, byValues, run);
        return new(
            $"A series of two oscillations with noise runs through a reservoir of {Units} units with spectral radius 0.9; the VAE of its states has {Latents} "
            + $"latents and hidden layers of {Hidden}, and learns {healthy.IsAnomalous.Count} steps in which nothing is wrong, {epochs} epochs, batches of "
            + $"{BatchSize}, Adam 1e-3. In another series of {faulty.IsAnomalous.Count} steps the sensor sticks, or the series runs twice as fast, or "
            + $"backwards, {Signal.Length} steps each time. The score of a step is minus the ELBO of {Draws} draws; steps right after an anomaly, which "
            + "the reservoir still remembers, are not ranked.",
            [
                new("distance of two states after 200 steps from different beginnings", memory, Most: 1e-4),
                new("area under the ROC curve, states of the reservoir", byStates.Area, Least: run.IsSmoke ? null : 0.9),
                new("area, single values", byValues.Area, Most: run.IsSmoke ? null : byStates.Area)
                {
                    Reference = 0.5, Source = "chance",
                },
            ],
            [
                new("scores.png", "minus the ELBO of a part of the faulty series, and where something is wrong"),
                new("roc.png", "the ROC curves"),
            ],
            [
                "Each value of an anomaly is one that a healthy series has too, so that a VAE of single values is near chance. A state knows the values before "
                    + "it. No published number is known for this series, which the program draws.",
            ]);

        RocCurve Curve(double[] scores) => RocCurve.Of([.. kept.Select(t => scores[t])], isAnomalous);
    }

    /// <summary>How far two beginnings are apart after both have seen the same series: the echo state property.</summary>
    private static double MemoryOf(EchoStates reservoir, Tensor values)
    {
        var other = cat([2 * randn(50), values.narrow(0, 0, 200)]);
        var same = cat([zeros(50), values.narrow(0, 0, 200)]);
        return (reservoir.call(other.unsqueeze(1))[^1] - reservoir.call(same.unsqueeze(1))[^1]).abs().max().to(float64).item<double>();
    }

    /// <summary>A VAE of healthy rows, and minus the ELBO of others by it. Columns are standardized by the healthy ones.</summary>
    private static double[] Scores(Tensor healthy, Tensor faulty, int epochs, SystemRun run)
    {
        var rows = healthy.narrow(0, Washout, healthy.shape[0] - Washout);
        var (mean, deviation) = (rows.mean([0]), rows.std(0));
        using var train = Dataset.From((rows - mean) / deviation);
        using var model = new StateVae(Latents, rows.shape[1], Hidden);
        using var guide = model.CreateGuide(z: Posterior.Diagonal(hidden: [Hidden]));
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet });
        svi.Fit(train, epochs, BatchSize, options: new FitOptions { Cancellation = run.Cancellation });
        run.Cancellation.ThrowIfCancellationRequested();
        using var grad = no_grad();
        using var result = Objective.Elbo(Draws).Evaluate(guide, guide.Batch((faulty - mean) / deviation));
        return (-result.PerDatum).ToNumbers();
    }

    private static void Charts(Signal faulty, double[] scores, RocCurve byStates, RocCurve byValues, SystemRun run)
    {
        var shown = Math.Min(900, scores.Length);
        double[] times = [.. Enumerable.Range(Washout, shown - Washout).Select(t => (double)t)];
        double[] wrong = [.. times.Where(t => faulty.IsAnomalous[(int)t])];
        var chart = new LineChart { Title = "minus the ELBO", XLabel = "step", YLabel = "nats", Width = 720, Height = 320 };
        chart.Add("states of the reservoir", times, [.. times.Select(t => scores[(int)t])]);
        chart.AddPoints("something is wrong", wrong, [.. wrong.Select(t => scores[(int)t])]);
        chart.Save(run.File("scores.png"));
        var curves = new LineChart
        {
            Title = "steps of the series", XLabel = "false positives", YLabel = "true positives", YLow = 0, YHigh = 1, Width = 420, Height = 380,
        };
        curves.Add("states", [.. byStates.FalsePositiveRates], [.. byStates.TruePositiveRates]);
        curves.Add("single values", [.. byValues.FalsePositiveRates], [.. byValues.TruePositiveRates]);
        curves.Save(run.File("roc.png"));
    }
}
