using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>Eight narrow normal distributions on a circle: a generator that leaves some of them out is seen at once.</summary>
internal static class Ring
{
    private const int Modes = 8;
    private const double Width = 0.05;
    private const int Latents = 4;
    private const int Hidden = 64;

    /// <summary>Draws a generator learnt, and how much of the ring they cover.</summary>
    /// <param name="Name">The objective.</param>
    /// <param name="Draws">[n, 2].</param>
    /// <param name="Covered">Modes with a hundredth of the draws within three standard deviations, or more.</param>
    /// <param name="Good">The share of draws within three standard deviations of a mode.</param>
    public sealed record Cover(string Name, Tensor Draws, int Covered, double Good);

    /// <summary>Points of the ring: [n, 2].</summary>
    public static Tensor Points(long count)
    {
        var angle = randint(0, Modes, count).to(float32) * (float)(2 * Math.PI / Modes);
        return stack([angle.cos(), angle.sin()], 1) + (Width * randn(count, 2));
    }

    /// <summary>A network from a plane, or from noise, to numbers.</summary>
    public static Module<Tensor, Tensor> Network(long from, long to) =>
        Sequential(Linear(from, Hidden), LeakyReLU(0.2), Linear(Hidden, Hidden), LeakyReLU(0.2), Linear(Hidden, to));

    /// <summary>Trains a generator on the ring, and looks at what it draws.</summary>
    /// <param name="name">The objective's name.</param>
    /// <param name="objective">Makes the objective for a critic.</param>
    /// <param name="epochs">Passes over 10,000 points.</param>
    /// <param name="run">What the program is told.</param>
    public static Cover Train(string name, Func<Module<Tensor, Tensor>, Objective> objective, int epochs, SystemRun run)
    {
        manual_seed(run.Seed);
        using var points = Points(run.Of(10_000, 1_000));
        using var data = Dataset.From(points);
        using var critic = Network(2, 1);
        using var model = new Generator(Latents, Network(Latents, 2));
        Adversary.Fit(model, objective(critic), data, epochs, batchSize: 250, rate: 5e-4, run);
        var draws = Evaluate.PriorSamples(model, run.Of(5_000, 500), seed: run.Seed).Value;
        using var inner = NewDisposeScope();
        var angle = arange(Modes).to(float32) * (float)(2 * Math.PI / Modes);
        var (distance, nearest) = cdist(draws, stack([angle.cos(), angle.sin()], 1)).min(1);
        var isGood = distance.le(3 * Width);
        var counts = bincount(nearest[isGood], minlength: Modes);
        return new(
            name, draws, (int)counts.ge(draws.shape[0] / 100).sum().item<long>(), isGood.to(float64).mean().item<double>());
    }

    /// <summary>A picture of the ring and of what is drawn.</summary>
    public static void Save(IReadOnlyList<Cover> covers, string path)
    {
        var chart = new LineChart { Title = "a ring of eight normal distributions", Width = 520, Height = 480 };
        foreach (var cover in covers)
        {
            using var first = cover.Draws.narrow(0, 0, Math.Min(500, cover.Draws.shape[0]));
            chart.AddPoints(
                cover.Name, first.select(1, 0).ToNumbers(), first.select(1, 1).ToNumbers(), Rgb.Palette[covers.ToList().IndexOf(cover)], 3);
        }

        chart.Save(path);
    }
}

/// <summary>Training against a critic.</summary>
internal static class Adversary
{
    /// <summary>Trains by Adam with β₁ = 0.5 and β₂ = 0.9. The guide is a formality: the objective draws from the model alone.</summary>
    public static void Fit(Generator model, Objective objective, Dataset data, int epochs, int batchSize, double rate, SystemRun run)
    {
        using var guide = model.CreateGuide(z: Posterior.Delta(hidden: []));
        using var svi = new Svi(model, guide, objective, p => optim.Adam(p, rate, 0.5, 0.9), new SviSettings { Seed = run.Seed });
        svi.Fit(data, epochs, batchSize, options: new FitOptions { Cancellation = run.Cancellation });
        run.Cancellation.ThrowIfCancellationRequested();
    }
}
