using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>
/// How much of log p(x) a VAE's bound loses to the family of its guide, and how much to the encoder; and what steps for each datum win back.
/// </summary>
public static class AmortizationProgram
{
    private const int Hidden = 200;

    // Steps of per-datum inference after which the bound is measured.
    private static readonly int[] Marks = [0, 5, 10, 20, 50, 100, 200];

    /// <summary>Trains the VAE, and measures the gaps on images of training and of testing.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var data = Images.Open(run);
        var epochs = run.EpochsOr(15, 1, Iwae.Schedule.FullEpochs);
        var (latents, depth) = (run.Size(20, 20, 50), run.Size(1, 1, 2));
        using var model = new ImageVae(latents, data.Train.PixelsPerImage, run.Size(Hidden, 16, Hidden), depth);
        using var guide = model.CreateGuide(z: Posterior.Diagonal(model.Features()));
        var train = data.TrainingData.Take(run.Of(20_000, 384, data.Train.Count));
        Images.Fit(model, guide, train, epochs, run);

        var images = run.Of(100, 4);
        var fixedTrain = (data with { Test = data.Train.Take(images) }).TestData;
        var inference = new LocalInference(model, guide, run);
        var free = new Dictionary<string, Func<Guide>>
        {
            ["diagonal"] = () => model.CreateGuide(z: Posterior.Diagonal().Free()),
            ["full covariance"] = () => model.CreateGuide(z: Posterior.FullCovariance().Free()),
        };
        var (findings, gap) = (new List<Finding>(), 0.0);
        foreach (var (name, rows) in new[] { ("training images", fixedTrain), ("test images", data.TestData.Take(images)) })
        {
            var gaps = inference.Measure(rows, free["diagonal"], free["full covariance"]);
            findings.AddRange(Of(name, gaps, run));
            gap = gaps.Amortization;
        }

        var semi = inference.Refine(data.TestData.Take(images), free["diagonal"], Steps(run), isStartedAtEncoder: true);
        var plain = inference.Refine(data.TestData.Take(images), free["diagonal"], Steps(run), isStartedAtEncoder: false);
        findings.AddRange(Refined(gap, semi, plain, run));
        Draw(run, data, semi, plain);
        return new(
            $"{data.Train.Name}, {data.Binarization}: a VAE 784-{Hidden}{(depth > 1 ? $"-{Hidden}" : "")}-{latents}, {epochs} passes over "
                + $"{train.Count} images, Adam 1e-3, batches of "
            + $"{Images.BatchSize}. Then the model is kept. Of {images} images of each kind: q of the encoder, diagonal; the best q of each image, "
            + $"diagonal (from the encoder's answer) and with a full covariance (from a standard normal), by {inference.Steps} steps of Adam on "
            + "its own parameters; log p(x) by importance samples from these and by annealing from the prior, the highest one.",
            findings,
            [new("steps.png", "the bound on test images by the steps for each image")],
            [
                "The inference gap log p(x) − L[q] is the approximation gap log p(x) − L[q*], which the family leaves, and the amortization gap "
                    + "L[q*] − L[q], which the encoder leaves; they add up by their definition. The encoder loses more on images that it has not "
                    + "been trained on; what the family loses is the same there. Numbers of other networks and budgets are not comparable.",
                "Semi-amortized inference takes the encoder's answer as the start of its steps (`guide.StartFrom`). The training of Kim et al., "
                    + "whose gradient goes through the steps, is not part of this program.",
            ]);
    }

    private static int[] Steps(SystemRun run) => [.. Marks.TakeWhile(mark => mark <= run.Of(Marks[^1], 10))];

    private static IEnumerable<Finding> Of(string images, InferenceGaps gaps, SystemRun run)
    {
        double? Claim(double least) => run.IsSmoke ? null : least;
        yield return new($"{images}: log p(x)", gaps.Evidence);
        yield return new($"{images}: L[q*], full covariance", gaps.BestOfRicher, Most: Claim(gaps.Evidence));
        yield return new($"{images}: L[q*], diagonal", gaps.Best, Most: Claim(gaps.Evidence));
        yield return new($"{images}: L[q], the encoder's", gaps.Amortized, Most: gaps.Best);
        yield return new($"{images}: approximation gap, full covariance", gaps.Evidence - gaps.BestOfRicher, Most: Claim(gaps.Approximation));
        yield return new($"{images}: approximation gap, diagonal", gaps.Approximation);
        yield return new($"{images}: amortization gap", gaps.Amortization);
        yield return new($"{images}: inference gap", gaps.Inference);
    }

    private static IEnumerable<Finding> Refined(
        double gap, IReadOnlyList<(int Steps, double Bound)> semi, IReadOnlyList<(int Steps, double Bound)> plain, SystemRun run)
    {
        for (var i = 1; i < semi.Count; i++)
        {
            var (steps, bound) = semi[i];
            yield return new($"test images: L after {steps} steps from the encoder's answer", bound, Least: semi[0].Bound)
            {
                Reference = plain[i].Bound,
                Source = "as many steps from a standard normal",
            };
            yield return new(
                $"test images: share of the amortization gap that {steps} steps close", (bound - semi[0].Bound) / gap,
                Least: run.IsSmoke || i < semi.Count - 1 ? null : 0.5);
        }
    }

    private static void Draw(
        SystemRun run, TrainAndTest data, IReadOnlyList<(int Steps, double Bound)> semi, IReadOnlyList<(int Steps, double Bound)> plain)
    {
        var chart = new LineChart
        {
            Title = $"{data.Test.Name}: bound by steps for each image",
            XLabel = "steps",
            YLabel = "nats",
            YLow = semi[0].Bound - 30,
            Width = 640,
            Height = 380,
        };
        foreach (var (name, marks) in new[] { ("from the encoder's answer", semi), ("from a standard normal", plain) })
        {
            var shown = marks.Where(mark => mark.Bound > semi[0].Bound - 30).ToList();
            if (shown.Count > 0) chart.Add(name, [.. shown.Select(mark => (double)mark.Steps)], [.. shown.Select(mark => mark.Bound)], markers: true);
        }

        chart.Add("the encoder alone", [0, semi[^1].Steps], [semi[0].Bound, semi[0].Bound]).Save(run.File("steps.png"));
    }
}
