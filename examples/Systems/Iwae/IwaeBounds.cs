using Ppl.Examples.Iwae;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The bounds L_k of one model, beside log p(x) by annealing and by draws of the prior.</summary>
internal static class IwaeBounds
{
    /// <summary>The file of the picture.</summary>
    public const string Picture = "bounds.png";

    private const double Rounding = 1e-3;

    private static readonly int[] Samples = [1, 5, 50, 500];

    /// <summary>How many test images there are for these estimates.</summary>
    public static int ImagesOf(SystemRun run) => run.Of(50, 5);

    /// <summary>The model in words.</summary>
    public static string Model(SystemRun run) =>
        $"the one-layer model, {Passes(run)} passes over {Training(run)} images under the ELBO in batches of {Images.BatchSize}, Adam 1e-3";

    /// <summary>
    /// Trains, measures and draws. All bounds are of the same draws, in ever larger groups: a logarithm of a mean is at least the mean of the
    /// logarithms, so that each is at least the one before, whatever was drawn.
    /// </summary>
    public static List<Finding> Compare(SystemRun run, TrainAndTest data)
    {
        manual_seed(run.Seed);
        using var pixels = PaperModels.MeanPixels(data.Train);
        var made = PaperModels.Create(1, pixels, run.Of(50, 4), run.Of(200, 16));
        using var model = made.Model;
        using var guide = made.Guide;
        Images.Fit(model, guide, data.TrainingData.Take(Math.Min(Training(run), data.Train.Count)), Passes(run), run);
        var images = data.TestData.Take(ImagesOf(run));
        double[] bounds = [.. Samples.Select(k => Evaluate.Bound(model, guide, images, Objective.Miwae(Samples[^1] / k, k)).Bound)];
        double Annealed(AnnealingOptions chains) => -Evaluate.AnnealedLikelihood(
            model, guide, images, chains, new EvaluationOptions { Cancellation = run.Cancellation }).Mean;
        var prior = new AnnealingOptions { Chains = run.Of(8, 2), Temperatures = run.Of(300, 4), LeapfrogSteps = run.Of(5, 1) };
        var fromGuide = prior with { Temperatures = run.Of(50, 3), Start = AnnealingStart.Guide };
        var (fromPrior, best) = (Annealed(prior), Annealed(fromGuide));

        // One temperature moves nothing: the mean of p(x | h) over draws of the prior.
        var naive = Annealed(new() { Chains = Samples[^1], Temperatures = 1 });
        Draw(run, data, bounds, fromPrior, naive);
        return
        [
            .. bounds.Select((bound, i) => new Finding($"L_{Samples[i]}", bound, Least: i == 0 ? null : bounds[i - 1] - Rounding)),
            new($"log p(x) by annealing from the guide, {fromGuide.Temperatures} temperatures", best, Least: run.IsSmoke ? null : bounds[2]),
            new($"log p(x) by annealing from the prior, {prior.Temperatures} temperatures", fromPrior),
            new($"log p(x) by {Samples[^1]} draws of the prior", naive, Most: run.IsSmoke ? null : bounds[0]),
        ];
    }

    private static int Passes(SystemRun run) => run.Of(10, 1);

    private static int Training(SystemRun run) => run.Of(20_000, 256);

    private static void Draw(SystemRun run, TrainAndTest data, double[] bounds, double annealed, double naive)
    {
        double[] x = [.. Samples.Select(k => Math.Log10(k))];
        new LineChart
        {
            Title = $"{data.Test.Name}: estimates of log p(x), one model",
            XLabel = "log10 of the number of samples",
            YLabel = "nats",
            Width = 640,
            Height = 380,
        }
            .Add("L_k", x, bounds, markers: true)
            .Add("annealed importance sampling", [x[0], x[^1]], [annealed, annealed])
            .AddPoints("naive, from the prior", [x[^1]], [naive])
            .Save(run.File(Picture));
    }
}
