using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>
/// A global latent beside local ones, in mini-batches. Given the images and their codes, the noise's posterior is known: with D numbers of which
/// the mean squared error is e, log noise is normal around log √e with standard deviation 1/√(2 D), up to terms of 1/D.
/// </summary>
public static class DecoderProgram
{
    private const int Latents = 10;
    private const int Hidden = 200;

    /// <summary>Trains, and measures before and after.</summary>
    /// <param name="budget">A short run has fewer images.</param>
    public static IReadOnlyList<Measured> Run(Budget budget)
    {
        using var scope = NewDisposeScope();
        manual_seed(budget.Seed);
        var images = Images(budget);
        var data = images.Grey();
        using var model = new NoisyDecoder(Latents, Hidden, images.PixelsPerImage);
        using var guide = model.CreateGuide(noise: Posterior.Diagonal().StartingAt(0.01), z: Posterior.Diagonal(hidden: [Hidden]));
        var (epochs, batch) = (budget.Of(40, 30), budget.Of(50, 20));
        using var svi = Training.Engine(model, guide, Objective.Elbo(), epochs * images.Count / batch, budget.IsShort ? 0.01 : 0.005, budget.Seed);
        var before = svi.Evaluate(data, batch);
        svi.Fit(data, epochs, batch);
        var after = svi.Evaluate(data, batch);

        var x = data.All()[0];
        var found = guide.Posterior(x, samples: budget.Of(50, 20));
        var errors = Range(found.z.shape[0]).Select(s => (x - model.Decode(found.z[s])).square().to(float64).mean().item<double>());
        var expected = 0.5 * Math.Log(errors.Average());
        var sd = 1 / Math.Sqrt(2.0 * x.numel());
        var log = found.noise.to(float64).log();
        return
        [
            new("bound before training, nats an image", before.Bound / images.Count),
            new("bound after training, nats an image", after.Bound / images.Count),
            new("noise: mean of its logarithm, of the decoder's errors", log.mean().item<double>(), expected, budget.IsShort ? 0.2 : 0.05),
            new("noise: sd of its logarithm, in 1/√(2 D)", log.std().item<double>() / sd, 1),
        ];
    }

    private static IEnumerable<long> Range(long count) => Enumerable.Range(0, (int)count).Select(i => (long)i);

    /// <summary>MNIST where its files are, else digits that the library draws.</summary>
    private static ImageSet Images(Budget budget)
    {
        var count = budget.Of(2_000, 500);
        var hasFiles = !budget.IsShort && DataFolder.Containing(Mnist.Remote.Folder, budget.DataFolder) is not null;
        return hasFiles ? Mnist.Train(budget.DataFolder).Take(count) : DrawnDigits.Make(count, budget.Seed);
    }
}
