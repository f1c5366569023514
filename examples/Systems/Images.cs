using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>What the programs on digits share.</summary>
internal static class Images
{
    /// <summary>Images a step, as in the notes.</summary>
    public const int BatchSize = 128;

    /// <summary>MNIST where it is, else digits that the program draws; a short run takes a few of the latter.</summary>
    public static TrainAndTest Open(SystemRun run) => TrainAndTest.Open(run.DataFolder, name: null, run.IsSmoke);

    /// <summary>Trains under the ELBO by Adam(1e-3).</summary>
    public static void Fit(
        GenerativeModel model, Guide guide, Dataset data, int epochs, SystemRun run, int batchSize = BatchSize, params ITrainingCallback[] callbacks)
    {
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Seed = run.Seed });
        svi.Fit(data, epochs, batchSize, options: new FitOptions { Cancellation = run.Cancellation, Callbacks = callbacks });
        run.Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>A small picture of images side by side.</summary>
    public static void Save(TrainAndTest data, Tensor images, int columns, string path, string title, int magnification = 1, int padding = 1)
    {
        var grid = new PictureGrid(data.Train.Height, data.Train.Width) { Title = title, Magnification = magnification, Padding = padding };
        grid.AddRows(images, columns).Save(path);
    }

    /// <summary>A finding beside a number that was published of the real images; beside nothing where the program draws its own.</summary>
    public static Finding WithPublished(this Finding finding, TrainAndTest data, double? number, string source) =>
        number is null || data.Train.IsDrawn ? finding : finding with { Reference = number, Source = source };

    /// <summary>The class of each image.</summary>
    public static int[] Digits(ImageSet images) => images.Label("digit").Classes.ToArray();
}
