using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Iwae;

/// <summary>Which bound is trained.</summary>
internal enum Bound
{
    /// <summary>The importance weighted bound with k particles.</summary>
    Iwae,

    /// <summary>The ELBO with k particles: their mean.</summary>
    Vae,
}

/// <summary>How the guide's gradient is computed under the importance weighted bound.</summary>
internal enum Gradient
{
    /// <summary>Reparameterized.</summary>
    Plain,

    /// <summary>Doubly reparameterized (Tucker et al. 2019).</summary>
    Dreg,
}

/// <summary>
/// One table of the paper, row by row: batches of 20, Adam with β = (0.9, 0.999) and ε = 1e-4, dynamic binarization, NLL by importance
/// sampling on the test set under one fixed binarization.
/// </summary>
internal sealed class Burda(
    string? folder, int epochs, Bound objective, Gradient gradient, int nllImages, int nllSamples, int seed, int trainImages, Results results)
{
    private const int BatchSize = 20;

    private readonly ImageSet train = Limit(Mnist.Train(folder), trainImages);
    private readonly ImageSet test = Mnist.Test(folder);

    /// <summary>Trains and measures one model. False when it was interrupted.</summary>
    public bool Run(int layers, int particles, CancellationToken cancellation)
    {
        manual_seed(seed);
        using var pixels = MeanPixels();
        var (model, guide) = Create(layers, pixels);
        var data = train.Binarized();
        var steps = (long)epochs * ((train.Count + BatchSize - 1) / BatchSize);
        using var svi = new Svi(
            model,
            guide,
            Bound(particles),
            parameters => optim.Adam(parameters, lr: 1e-3, eps: 1e-4),
            new SviSettings { Reporter = new ConsoleReporter(), Seed = seed, Schedule = Schedule.Over(steps), ScheduleUnit = ScheduleUnit.Step });
        Console.WriteLine($"{layers} layer(s), {svi.Objective}, {epochs} epochs");
        var fit = svi.Fit(data, epochs, BatchSize, options: new FitOptions { Cancellation = cancellation });
        if (fit.Interrupted) return false;

        var tested = test.Binarized(seed: 0);
        var count = nllImages == 0 ? test.Count : nllImages;
        var nll = Evaluate.NegativeLogLikelihood(model, guide, tested.Take(count), nllSamples);
        var active = string.Join("+", Evaluate.ActiveUnits(model, guide, tested).Select(site => site.Active));
        var seconds = Math.Round(fit.Epochs.Sum(epoch => epoch.Seconds));
        results.Add(new ResultRow(layers, svi.Objective.Name, particles, epochs, nll.Mean, nll.StandardError, active, seconds));
        model.Dispose();
        guide.Dispose();
        return true;
    }

    private Objective Bound(int particles) => objective == Iwae.Bound.Vae
        ? Objective.Elbo(particles)
        : Objective.Iwae(particles, gradient == Gradient.Dreg ? GradientForm.DoublyReparameterized : GradientForm.Plain);

    private static (GenerativeModel Model, Guide Guide) Create(int layers, Tensor pixels)
    {
        var width = (int)pixels.shape[0];
        switch (layers)
        {
            case 1:
                var one = new OneLayer(pixels);
                return (one, one.CreateGuide(h: TanhNetworks.TanhLayers(width, 200)));
            case 2:
                var two = new TwoLayers(pixels);
                return (two, two.CreateGuide(h2: TanhNetworks.TanhLayers(100, 100), h1: TanhNetworks.TanhLayers(width, 200)));
            default:
                throw new ArgumentException($"--layers {layers}: the paper has models of 1 and 2 layers");
        }
    }

    private Tensor MeanPixels()
    {
        var sums = new double[train.PixelsPerImage];
        for (var row = 0; row < train.Count; row++)
        {
            var image = train.Image(row);
            for (var pixel = 0; pixel < sums.Length; pixel++) sums[pixel] += image[pixel];
        }

        return tensor([.. sums.Select(sum => (float)(sum / train.Count))]);
    }

    private static ImageSet Limit(ImageSet images, int count) => count == 0 ? images : images.Take(count);
}
