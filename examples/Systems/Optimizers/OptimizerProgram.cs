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

/// <summary>Stochastic gradient descent, AdaGrad, RMSProp and Adam on one VAE, each at the best of three rates.</summary>
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
        var held = data.TestData.Take(run.Of(1_000, 100));
        var chart = new LineChart
        {
            Title = $"{data.Train.Name}: bound of {held.Count} test images by step",
            XLabel = "step",
            YLabel = "nats",
            Width = 640,
            Height = 380,
            YLow = -250,
        };
        var findings = new List<Finding>();
        foreach (var rule in Rules)
        {
            var curves = rule.Rates.Select(rate => (Rate: rate, Points: Curve(rule, rate, data, train, held, epochs, run))).ToArray();
            var best = curves.MaxBy(curve => curve.Points[^1].Bound);
            chart.Add($"{rule.Name}, {best.Rate}", [.. best.Points.Select(p => (double)p.Step)], [.. best.Points.Select(p => p.Bound)]);
            findings.AddRange(curves.Where(curve => double.IsFinite(curve.Points[^1].Bound)).Select(curve => new Finding(
                $"{rule.Name}, rate {curve.Rate}: ELBO{(curve.Rate == best.Rate ? ", its best" : "")}", curve.Points[^1].Bound)));
        }

        chart.Save(run.File("curves.png"));
        var reached = Rules.ToDictionary(
            rule => rule.Name, rule => findings.Where(f => f.Quantity.StartsWith(rule.Name + ",", StringComparison.Ordinal)).Max(f => f.Found));
        findings.Add(new("Adam above SGD, both at their best, nats", reached["Adam"] - reached["SGD"], Least: 0));
        return new(
            $"{data.Train.Name}: a VAE 784-400-{Latents} on {train.Count} training images, {epochs} epochs of batches of {Images.BatchSize}; "
                + $"the ELBO is "
            + $"of {held.Count} test images, in nats. All start from the same weights and see the same batches and noise.",
            findings,
            [new("curves.png", "each rule at its best rate")],
            ["The rates of SGD and Adam that did best are the highest of the three: a higher one may do better. No published number is known "
                + "for this "
                + "network and budget. A rate that diverges is left out."]);
    }

    private static List<(long Step, double Bound)> Curve(
        Rule rule, double rate, TrainAndTest data, Data.Dataset train, Data.Dataset held, int epochs, SystemRun run)
    {
        manual_seed(run.Seed);
        using var model = new ImageVae(Latents, data.Train.PixelsPerImage);
        using var guide = model.CreateGuide(z: model.Features());
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => rule.Make(parameters, rate),
            new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet });
        var points = new HeldOutCurve();
        try
        {
            svi.Fit(train, epochs, Images.BatchSize, held, new FitOptions
            {
                HeldOutEverySteps = run.Of(25, 2),
                Callbacks = [points],
                Cancellation = run.Cancellation,
            });
        }
        catch (NonFiniteException)
        {
            points.Points.Add((svi.Steps, double.NegativeInfinity));
        }

        run.Cancellation.ThrowIfCancellationRequested();
        Console.WriteLine($"{rule.Name}, rate {rate}: {points.Points[^1].Bound:F2}");
        return points.Points;
    }

    private sealed class HeldOutCurve : ITrainingCallback
    {
        public List<(long Step, double Bound)> Points { get; } = [];

        public void OnHeldOut(Svi svi, HeldOutReport report) => Points.Add((report.Step, report.HeldOut.Bound));
    }
}
