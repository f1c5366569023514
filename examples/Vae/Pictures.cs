using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Vae;

/// <summary>Writes the pictures of epochs 1, 5, 10, and of the last one of each objective.</summary>
internal sealed class EpochPictures(Vae vae, Vae.Guide guide, TrainAndTest data, Options options, int lastEpoch) : ITrainingCallback
{
    public void OnEpochEnd(Svi svi, EpochReport epoch)
    {
        if (epoch.Epoch is not (1 or 5 or 10) && epoch.Epoch != lastEpoch) return;
        var name = epoch.Objective == "ELBO" ? $"epoch{epoch.Epoch:D2}" : $"iwae-epoch{epoch.Epoch:D2}";
        Pictures.Reconstructions(vae, guide, data, Path.Combine(options.Out, $"reconstructions-{name}.png"), options.Seed);
        Pictures.PriorSamples(vae, data, Path.Combine(options.Out, $"samples-{name}.png"), options.Seed);
    }
}

/// <summary>The example's pictures. Images are shown by their pixels' probabilities.</summary>
internal static class Pictures
{
    private const int Columns = 12;

    /// <summary>Test images over their reconstructions.</summary>
    public static void Reconstructions(Vae vae, Vae.Guide guide, TrainAndTest data, string path, long seed)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        manual_seed(seed);
        var grid = Grid(data, $"{data.Test.Name}: images and their reconstructions");
        for (var block = 0; block < 4; block++)
        {
            var rows = Enumerable.Range(block * Columns, Columns).Where(row => row < data.Test.Count).ToArray();
            var x = data.TestData.Rows(rows, default)[0];
            grid.AddRow("x", x);
            grid.AddRow("p(x|z)", guide.Reconstruct(x).x.Mean);
        }

        grid.Save(path);
    }

    /// <summary>Images from the prior.</summary>
    public static void PriorSamples(Vae vae, TrainAndTest data, string path, long seed)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        manual_seed(seed);
        var grid = Grid(data, $"samples from the prior, learnt from {data.Train.Name}");
        for (var row = 0; row < 8; row++) grid.AddRow(null, vae.Simulate(Columns).x.Mean);
        grid.Save(path);
    }

    /// <summary>The images of a square grid of latents, even in the prior's probability (Kingma and Welling 2014, figure 4).</summary>
    public static void Manifold(Vae vae, TrainAndTest data, string path)
    {
        const int Side = 20;
        using var scope = NewDisposeScope();
        var grid = new PictureGrid(data.Train.Height, data.Train.Width)
        {
            Title = $"the manifold of two latents, learnt from {data.Train.Name}",
            Magnification = 1,
            Padding = 0,
        };
        grid.AddRows(Evaluate.Manifold(vae, Side).Mean, columns: Side);
        grid.Save(path);
    }

    /// <summary>The bound over the epochs.</summary>
    public static void Curve(IReadOnlyList<EpochReport> epochs, TrainAndTest data, string path)
    {
        var chart = new LineChart { Title = $"{data.Train.Name}: bound by epoch", XLabel = "epoch", YLabel = "nats per image" };
        foreach (var group in epochs.GroupBy(epoch => epoch.Objective))
        {
            double[] at = [.. group.Select(epoch => (double)epoch.Epoch)];
            chart.Add($"{group.Key}, training", at, [.. group.Select(epoch => epoch.Training.Bound)], markers: true);
            EpochReport[] tested = [.. group.Where(epoch => epoch.HeldOut is not null)];
            if (tested.Length == 0) continue;
            chart.Add(
                $"{group.Key}, test", [.. tested.Select(e => (double)e.Epoch)], [.. tested.Select(e => e.HeldOut!.Bound)], markers: true);
        }

        chart.Save(path);
    }

    private static PictureGrid Grid(TrainAndTest data, string title) => new(data.Train.Height, data.Train.Width) { Title = title };
}
