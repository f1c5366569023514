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
        using var pixels = PaperModels.MeanPixels(train);
        var (model, guide) = PaperModels.Create(layers, pixels);
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
        var count = nllImages == 0 ? test.Count : Math.Min(nllImages, test.Count);
        var nll = Evaluate.NegativeLogLikelihood(model, guide, tested.Take(count), nllSamples);
        var active = string.Join("+", Evaluate.ActiveUnits(model, guide, tested).Select(site => site.Active));
        var seconds = Math.Round(fit.Epochs.Sum(epoch => epoch.Seconds));
        results.Add(new ResultRow(layers, $"{svi.Objective}", particles, epochs, train.Count, seed, nll.Mean, nll.StandardError, active, seconds));
        model.Dispose();
        guide.Dispose();
        return true;
    }

    private Objective Bound(int particles) => objective == Iwae.Bound.Vae
        ? Objective.Elbo(particles)
        : Objective.Iwae(particles, gradient == Gradient.Dreg ? GradientForm.DoublyReparameterized : GradientForm.Plain);

    private static ImageSet Limit(ImageSet images, int count) => count == 0 ? images : images.Take(Math.Min(count, images.Count));
}
