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

    /// <summary>How much of the ring a generator covers.</summary>
    /// <param name="Covered">Modes with a hundredth of the draws within three standard deviations, or more.</param>
    /// <param name="Good">The share of draws within three standard deviations of a mode.</param>
    public sealed record Cover(int Covered, double Good);

    /// <summary>What a generator learnt.</summary>
    /// <param name="Name">The objective.</param>
    /// <param name="Covers">After each quarter of its steps.</param>
    /// <param name="Draws">[n, 2], at the end.</param>
    public sealed record Learnt(string Name, IReadOnlyList<Cover> Covers, Tensor Draws);

    /// <summary>Points of the ring: [n, 2].</summary>
    public static Tensor Points(long count)
    {
        var angle = randint(0, Modes, count).to(float32) * (float)(2 * Math.PI / Modes);
        return stack([angle.cos(), angle.sin()], 1) + (Width * randn(count, 2));
    }

    /// <summary>A network from a plane, or from noise, to numbers: three hidden layers.</summary>
    /// <param name="from">Numbers that it sees.</param>
    /// <param name="to">Numbers that it gives.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    public static Module<Tensor, Tensor> Network(long from, long to, int hidden) =>
        Sequential(Layers.Rectified(from, hidden, depth: 3), Linear(hidden, to));

    /// <summary>Trains a generator on the ring, and looks at what it draws.</summary>
    /// <param name="name">The objective's name.</param>
    /// <param name="objective">Makes the objective for a critic.</param>
    /// <param name="setting">Networks and budget.</param>
    /// <param name="run">What the program is told.</param>
    internal static Learnt Train(string name, Func<Module<Tensor, Tensor>, Objective> objective, GanSetting setting, SystemRun run)
    {
        manual_seed(run.Seed);
        using var points = Points(run.Of(10_000, 1_000));
        using var data = Dataset.From(points);
        using var critic = Network(2, 1, setting.RingHidden);
        using var model = new Generator(Latents, Network(Latents, 2, setting.RingHidden));
        using var guide = model.CreateGuide(z: Posterior.Delta(hidden: []));
        using var svi = Adversary.Engine(model, guide, objective(critic), setting.RingRate, run);
        var covers = new List<Cover>();
        for (var quarter = 0; quarter < 4; quarter++)
        {
            svi.Fit(data, setting.RingEpochs, setting.RingBatch, run);
            covers.Add(Look(Draw(model, run)));
        }

        return new(name, covers, Draw(model, run));
    }

    private static Tensor Draw(Generator model, SystemRun run) => Evaluate.PriorSamples(model, run.Of(5_000, 500), seed: run.Seed).Value;

    private static Cover Look(Tensor draws)
    {
        using var scope = NewDisposeScope();
        var angle = arange(Modes).to(float32) * (float)(2 * Math.PI / Modes);
        var (distance, nearest) = cdist(draws, stack([angle.cos(), angle.sin()], 1)).min(1);
        var isGood = distance.le(3 * Width);
        var counts = bincount(nearest[isGood], minlength: Modes);
        return new((int)counts.ge(draws.shape[0] / 100).sum().item<long>(), isGood.to(float64).mean().item<double>());
    }

    /// <summary>A picture of the ring and of what is drawn.</summary>
    public static void Save(IReadOnlyList<Learnt> generators, string path)
    {
        var chart = new LineChart { Title = "a ring of eight normal distributions", Width = 520, Height = 480 };
        foreach (var (generator, colour) in generators.Zip(Rgb.Palette))
        {
            var first = generator.Draws.narrow(0, 0, Math.Min(500, generator.Draws.shape[0]));
            chart.AddPoints(generator.Name, first.select(1, 0).ToNumbers(), first.select(1, 1).ToNumbers(), colour, 3);
        }

        chart.Save(path);
    }
}

/// <summary>Training against a critic.</summary>
internal static class Adversary
{
    /// <summary>An engine with Adam, β₁ = 0.5 and β₂ = 0.9.</summary>
    /// <param name="model">The generator.</param>
    /// <param name="guide">A formality: the objective draws from the model alone.</param>
    /// <param name="objective">The game.</param>
    /// <param name="rate">Adam's rate, for both players.</param>
    /// <param name="run">What the program is told.</param>
    public static Svi Engine(Generator model, Guide guide, Objective objective, double rate, SystemRun run) =>
        new(model, guide, objective, p => optim.Adam(p, rate, 0.5, 0.9), new SviSettings { Seed = run.Seed });
}
