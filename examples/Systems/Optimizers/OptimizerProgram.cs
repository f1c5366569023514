using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>A rule of the notes with the rates that are tried.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rates">The rates.</param>
/// <param name="Make">Makes an optimizer with a rate.</param>
public sealed record Rule(string Name, IReadOnlyList<double> Rates, Func<IEnumerable<Parameter>, double, optim.Optimizer> Make);

/// <summary>Stochastic gradient descent, AdaGrad, RMSProp and Adam on one VAE, each at the best of three rates by held-out images.</summary>
public static class OptimizerProgram
{
    private const int Latents = 20;

    /// <summary>The rules.</summary>
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("SGD", [1e-4, 1e-3, 1e-2], (parameters, rate) => optim.SGD(parameters, rate)),
        new("AdaGrad", [3e-3, 1e-2, 3e-2], (parameters, rate) => optim.Adagrad(parameters, rate)),
        new("RMSProp", [3e-4, 1e-3, 3e-3], (parameters, rate) => optim.RMSProp(parameters, rate)),
        new("Adam", [3e-4, 1e-3, 3e-3], (parameters, rate) => optim.Adam(parameters, rate)),
    ];

    /// <summary>Trains with each rule and rate from the same weights, on the same batches and noise.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        var data = Images.Open(run);
        var train = data.TrainingData.Take(run.Of(20_000, 640));
        var epochs = run.EpochsOr(5);
        var held = After(train.Count, run.Of(1_000, 100), data);
        var test = data.TestData.Take(run.Of(1_000, 100));
        var chart = new LineChart
        {
            Title = $"{data.Train.Name}: bound of {held.Count} held-out images by step",
            XLabel = "step",
            YLabel = "nats",
            Width = 640,
            Height = 380,
            YLow = -250,
        };
        var findings = new List<Finding>();
        var chosen = new Dictionary<string, Trained>();
        foreach (var rule in Rules)
        {
            var runs = rule.Rates.Select(rate => Train(rule, rate, train, held, test, epochs, run)).ToArray();
            var best = chosen[rule.Name] = runs.MaxBy(trained => trained.Curve[^1].Bound)!;
            chart.Add($"{rule.Name}, {best.Rate}", [.. best.Curve.Select(p => (double)p.Step)], [.. best.Curve.Select(p => p.Bound)]);
            findings.AddRange(runs.Where(trained => double.IsFinite(trained.Test)).Select(trained => new Finding(
                $"{rule.Name}, rate {trained.Rate}: ELBO{(trained == best ? ", chosen" : "")}", trained.Test)));
        }

        chart.Save(run.File("curves.png"));
        findings.Add(new("Adam above SGD, both at the rate chosen, nats", chosen["Adam"].Test - chosen["SGD"].Test, Least: 0));
        var highest = Rules.Where(rule => chosen[rule.Name].Rate == rule.Rates[^1]).Select(rule => rule.Name).ToArray();
        return new(
            $"{data.Train.Name}: a VAE 784-400-{Latents} on {train.Count} training images, {epochs} epochs of batches of {Images.BatchSize}; "
                + $"the ELBO is of {test.Count} test images, in nats. A rule's rate is chosen on {held.Count} other training images. All start from "
                + "the same weights and see the same batches and noise.",
            findings,
            [new("curves.png", "each rule at the rate chosen: the bound of held-out images")],
            [
                (highest.Length == 0 ? "" : $"Of {string.Join(" and ", highest)} the highest of the rates was chosen: a higher one may do better. ")
                    + "No published number is known for this network and budget. A rate that diverges is left out.",
            ]);
    }

    // Training images behind those that are learnt from, with pixels drawn once.
    private static Dataset After(int count, int held, TrainAndTest data)
    {
        var images = data.Train.Subset([.. Enumerable.Range(count, held)]);
        return data.IsBinary ? images.Thresholded() : images.Binarized(seed: 0);
    }

    private static Trained Train(Rule rule, double rate, Dataset train, Dataset held, Dataset test, int epochs, SystemRun run)
    {
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        using var model = new ImageVae(Latents, train.Take(1).All()[0].shape[^1]);
        using var guide = model.CreateGuide(z: model.Features());
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => rule.Make(parameters, rate),
            new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet });
        var curve = new HeldOutCurve();
        var reached = double.NegativeInfinity;
        try
        {
            svi.Fit(train, epochs, Images.BatchSize, held, new FitOptions
            {
                HeldOutEverySteps = run.Of(25, 2),
                Callbacks = [curve],
                Cancellation = run.Cancellation,
            });
            reached = Evaluate.Bound(model, guide, test).Bound;
        }
        catch (NonFiniteException)
        {
            curve.Points.Add((svi.Steps, double.NegativeInfinity));
        }

        run.Cancellation.ThrowIfCancellationRequested();
        Console.WriteLine($"{rule.Name}, rate {rate}: {reached:F2}");
        return new(rate, curve.Points, reached);
    }

    /// <param name="Rate">The rate.</param>
    /// <param name="Curve">The bound of held-out images by step.</param>
    /// <param name="Test">That of the test images at the end; minus infinity where training diverged.</param>
    private sealed record Trained(double Rate, IReadOnlyList<(long Step, double Bound)> Curve, double Test);

    private sealed class HeldOutCurve : ITrainingCallback
    {
        public List<(long Step, double Bound)> Points { get; } = [];

        public void OnHeldOut(Svi svi, HeldOutReport report) => Points.Add((report.Step, report.HeldOut.Bound));
    }
}
