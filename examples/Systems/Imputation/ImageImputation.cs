using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The part of the program on images.</summary>
/// <param name="run">What it is told.</param>
/// <param name="epochs">Passes over the images.</param>
internal sealed class ImageImputation(SystemRun run, int epochs)
{
    private readonly int latents = run.Size(32, 32, 50);
    private readonly int units = run.Size(256, 256, 200);
    private readonly int depth = run.Size(1, 1, 2);
    private readonly int particles = run.Size(5, 5, 50);
    private readonly TrainAndTest data = Images.Open(run);

    private int Training => run.Of(20_000, 256, data.Train.Count);

    private int Testing => run.Of(500, 20, data.Test.Count);

    private int Samples => run.Of(500, 20, 10_000);

    /// <summary>Model, data and budget.</summary>
    public string Setting =>
        $"{data.Train.Name}: {Training} training images, {data.Binarization}; {latents} latents, "
            + $"{(depth > 1 ? "two hidden layers" : "a hidden layer")} of {units} on either "
        + $"side, IWAE with {particles} particles, {epochs} epochs of batches of {Images.BatchSize}. Errors are of {Testing} test images and "
        + $"{Samples} samples "
        + "of each.";

    /// <summary>Trains on incomplete images, and fills others.</summary>
    public List<Finding> Findings()
    {
        var (height, width) = (data.Train.Height, data.Train.Width);
        var masks = Mixed(Training, height, width);
        using var seen = Dataset.From("seen", ("seen", masks));
        using var model = new IncompleteImages(latents, height * width, units, depth);
        using var guide = model.CreateGuide(z: Posterior.Diagonal(hidden: [.. Enumerable.Repeat((long)units, depth)]));
        using var svi = new Svi(model, guide, Objective.Iwae(particles), settings: new SviSettings { Seed = run.Seed });
        svi.Fit(Dataset.Zip(data.TrainingData.Take(Training), seen), epochs, Images.BatchSize, run);

        using var grad = no_grad();
        var (mean, _) = Missing.Moments(data.Train.Take(Training).Grey().All()[0], masks);
        var truth = data.TestData.Take(Testing).All()[0];
        var findings = new List<Finding>();
        foreach (var (name, taken) in Missing.Kinds)
        {
            var mask = taken(Testing, height, width);
            using var incomplete = Dataset.From("images", ("x", truth), ("seen", mask));
            var filled = Evaluate.Impute(model, guide, incomplete, Samples, options: new() { Seed = run.Seed }).Mean;
            var byMean = mean.expand_as(truth);
            var wrong = Missing.WrongPixels(truth, byMean, mask);
            findings.Add(new($"{data.Test.Name}, without {name}: RMSE", Missing.RootMeanSquare(truth, filled, mask),
                Most: run.IsSmoke ? null : Missing.RootMeanSquare(truth, byMean, mask))
            {
                Reference = Missing.RootMeanSquare(truth, byMean, mask),
                Source = "mean of the pixel",
            });
            findings.Add(new($"{data.Test.Name}, without {name}: share of wrong pixels", Missing.WrongPixels(truth, filled, mask),
                Most: run.IsSmoke ? null : wrong)
            {
                Reference = wrong,
                Source = "mean of the pixel",
            });
        }

        Picture(model, guide);
        return findings;
    }

    /// <summary>Digits that the program draws, so that whole ones may be shown: the model has seen none of them.</summary>
    private void Picture(IncompleteImages model, Guide guide)
    {
        const int Shown = 12;
        var (height, width) = (data.Train.Height, data.Train.Width);
        var whole = DrawnDigits.Make(Shown, seed: 3).Thresholded().All()[0];
        var mask = Missing.Kinds[^1].Seen(Shown, height, width);
        using var incomplete = Dataset.From("drawn by the model", ("x", whole), ("seen", mask));
        var filled = Evaluate.Impute(model, guide, incomplete, run.Of(5_000, 20), draws: 3, options: new() { Seed = run.Seed });
        var grid = new PictureGrid(height, width) { Title = $"learnt from {data.Train.Name}" }
            .AddRow("x", whole).AddRow("observed", where(mask, whole, full_like(whole, 0.5))).AddRow("mean", filled.Mean);
        for (var draw = 0; draw < 3; draw++) grid.AddRow($"draw {draw + 1}", filled.Draws![draw]);
        grid.Save(run.File("images.png"));
    }

    /// <summary>One of the kinds of masks for each image, in turn.</summary>
    private static Tensor Mixed(long count, long height, long width)
    {
        var kind = arange(count).remainder(Missing.Kinds.Count).unsqueeze(1);
        var masks = zeros(count, height * width, ScalarType.Bool);
        for (var k = 0; k < Missing.Kinds.Count; k++) masks = where(kind.eq(k), Missing.Kinds[k].Seen(count, height, width), masks);
        return masks;
    }
}
