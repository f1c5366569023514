using System.Globalization;
using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>A VAE learns the states of a reservoir that a healthy series runs through: where the bound is low, something is wrong.</summary>
public static class ReservoirProgram
{
    private const int Units = 100;
    private const double InputScale = 0.3;
    private const double Leak = 0.5;
    private const int Window = 20;
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
        var epochs = run.EpochsOr(100, 2);
        using var reservoir = new EchoStates(1, Units, InputScale, leak: Leak);
        var (healthy, faulty) = (Signal.Normal(run.Of(5_000, 400)), Signal.WithAnomalies(run.Of(10_000, 1_000)));
        var memory = MemoryOf(reservoir, healthy.Values);
        double[] Ranked(Func<Tensor, Tensor> rows) => Scores(rows(healthy.Values), rows(faulty.Values), epochs, run);
        var states = Ranked(values => reservoir.call(values.unsqueeze(1)));
        var (byStates, byWindows, byValues) = (
            Curve(faulty, states), Curve(faulty, Ranked(Windows)), Curve(faulty, Ranked(values => values.unsqueeze(1))));
        Charts(faulty, states, [("states", byStates), ($"windows of {Window}", byWindows), ("single values", byValues)], run);
        return new(
            $"A series of two oscillations with noise runs through a reservoir of {Units} leaky units, a = "
                + $"{Leak.ToString(CultureInfo.InvariantCulture)}, with spectral radius 0.9; the VAE of its states "
                + $"has {Latents} latents and hidden layers of {Hidden}, and learns {healthy.States.Count} steps in which nothing is wrong, "
                + $"{epochs} epochs, batches of {BatchSize}, Adam 1e-3. In another series of {faulty.States.Count} steps the sensor sticks, or "
                + $"the series runs twice as fast, or backwards, {Signal.Length} steps each time. The score of a step is minus the ELBO of "
                + $"{Draws} draws; steps right after an anomaly, which the reservoir still remembers, are not ranked.",
            [
                new("distance of two states after 200 steps from different beginnings", memory, Most: 1e-4),
                new("area under the ROC curve, states of the reservoir", byStates.Area, Least: run.IsSmoke ? null : 0.85),
                new($"area, windows of {Window} values", byWindows.Area),
                new("area, single values", byValues.Area, Most: run.IsSmoke ? null : byStates.Area)
                {
                    Reference = 0.5, Source = "chance",
                },
                .. Signal.Kinds.Select((name, kind) => new Finding($"area of states, {name}", Curve(faulty, states, kind).Area)),
            ],
            [
                new("scores.png", "minus the ELBO of a part of the faulty series, and where something is wrong"),
                new("roc.png", "the ROC curves"),
            ],
            [
                "Each value of an anomaly is one that a healthy series has too, so that a VAE of single values is near chance. A state knows "
                    + "the values before it, and so does a window of the last values, which does about as well here. The leak matters: without "
                    + "it (a = 1) the area by states was 0.93 (0.96, 0.91), and 0.86 (0.93, 0.82) for a sensor that sticks, since such a state "
                    + "follows the last value with its noise. What begins like a healthy series cannot be known at its first steps, which are "
                    + "ranked too. No published number is known for this series, which the program draws.",
            ]);
    }

    /// <summary>Healthy steps against those of one kind of anomaly, or of all.</summary>
    private static RocCurve Curve(Signal signal, double[] scores, int? kind = null)
    {
        int[] ranked = [.. Enumerable.Range(Washout, scores.Length - Washout).Where(t => IsRanked(signal.States[t]))];
        return RocCurve.Of([.. ranked.Select(t => scores[t])], [.. ranked.Select(t => signal.States[t] >= 0)]);

        bool IsRanked(int state) => state == Signal.Healthy || (kind is null ? state >= 0 : state == kind);
    }

    /// <summary>How far two beginnings are apart after both have seen the same series: the echo state property.</summary>
    private static double MemoryOf(EchoStates reservoir, Tensor values)
    {
        var other = cat([2 * randn(50), values.narrow(0, 0, 200)]);
        var same = cat([zeros(50), values.narrow(0, 0, 200)]);
        return (reservoir.call(other.unsqueeze(1))[^1] - reservoir.call(same.unsqueeze(1))[^1]).abs().max().to(float64).item<double>();
    }

    /// <summary>Of each step the last values, [steps, window]; the first steps, which have fewer, repeat the first window.</summary>
    private static Tensor Windows(Tensor values)
    {
        var whole = values.unfold(0, Window, 1);
        return cat([whole[0].expand(Window - 1, -1), whole]);
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
        svi.Fit(train, epochs, BatchSize, run);
        using var grad = no_grad();
        using var result = Objective.Elbo(Draws).Evaluate(guide, guide.Batch((faulty - mean) / deviation));
        return (-result.PerDatum).ToNumbers();
    }

    private static void Charts(Signal faulty, double[] scores, IEnumerable<(string Name, RocCurve Curve)> all, SystemRun run)
    {
        var shown = Math.Min(900, scores.Length);
        double[] times = [.. Enumerable.Range(Washout, shown - Washout).Select(t => (double)t)];
        double[] wrong = [.. times.Where(t => faulty.States[(int)t] >= 0)];
        var chart = new LineChart
        {
            Title = "minus the ELBO above its least",
            XLabel = "step",
            YLabel = "log10 of 1 + nats",
            Width = 720,
            Height = 320,
        };
        var least = scores.Min();
        chart.Add("states of the reservoir", times, [.. times.Select(Height)]);
        chart.AddPoints("something is wrong", wrong, [.. wrong.Select(Height)]);
        chart.Save(run.File("scores.png"));
        var curves = new LineChart
        {
            Title = "steps of the series",
            XLabel = "false positives",
            YLabel = "true positives",
            YLow = 0,
            YHigh = 1,
            Width = 420,
            Height = 380,
        };
        foreach (var (name, curve) in all) curves.Add(name, [.. curve.FalsePositiveRates], [.. curve.TruePositiveRates]);
        curves.Save(run.File("roc.png"));

        // Scores of a sticking sensor's end are a thousand times those of its beginning.
        double Height(double t) => Math.Log10(1 + scores[(int)t] - least);
    }
}
