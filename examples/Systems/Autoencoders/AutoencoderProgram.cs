using Ppl.Inference;
using Ppl.Reporting;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>A deterministic autoencoder beside a VAE with the same networks and two latents; and a linear one, which finds PCA's plane.</summary>
public static class AutoencoderProgram
{
    private const int Plane = 2;

    /// <summary>Trains the three and compares them.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var data = Images.Open(run);
        var findings = LinearFindings(run);

        var epochs = run.EpochsOr(10, 1, 1_667);
        var (hidden, batch) = (run.Size(400, 400, 500), run.Size(Images.BatchSize, Images.BatchSize, 100));
        using var plain = new Autoencoder(Plane, data.Train.PixelsPerImage, hidden);
        using var points = plain.CreateGuide(z: Posterior.Delta(Layers.Rectified(data.Train.PixelsPerImage, hidden)));
        Images.Fit(plain, points, data.TrainingData, epochs, run, batch);
        using var vae = new ImageVae(Plane, data.Train.PixelsPerImage, hidden);
        using var guide = vae.CreateGuide(z: vae.Features());
        Images.Fit(vae, guide, data.TrainingData, epochs, run, batch);

        using var grad = no_grad();
        var shown = data.TestData.Take(run.Of(5_000, 200));
        var x = shown.All()[0];
        var (codes, means) = (new Codes(points.z.Encode(x).Mean), new Codes(guide.z.Encode(x).Mean));
        int[] digits = Images.Digits(data.Test)[..shown.Count];
        Scatter("codes of the autoencoder", codes, digits, data, run.File("codes.png"));
        Scatter("means of the VAE's guide", means, digits, data, run.File("means.png"));
        Images.Save(data, plain.Predict(new(codes.Centres())).x.Mean, Codes.Side, run.File("decoded-codes.png"), "autoencoder", padding: 0);
        Images.Save(data, vae.Predict(new(means.Centres())).x.Mean, Codes.Side, run.File("decoded-means.png"), "VAE", padding: 0);

        var (first, second) = codes.AcrossGap(run.Of(200, 30));
        var lines = (Codes: Line(codes, first, second), Means: Line(means, first, second));
        new PictureGrid(data.Train.Height, data.Train.Width) { Title = $"from a {digits[first]} to a {digits[second]}" }
            .AddRow("autoencoder", plain.Predict(new(lines.Codes)).x.Mean)
            .AddRow("VAE", vae.Predict(new(lines.Means)).x.Mean)
            .Save(run.File("interpolation.png"));
        findings.AddRange(Filling(codes, means, first, second, run));
        return Result(data, hidden, batch, epochs, shown.Count, findings);
    }

    private static List<Finding> LinearFindings(SystemRun run)
    {
        var table = Table.OilFlow(run.DataFolder);
        var steps = run.Of(3_000, 2_000);
        using var model = new LinearAutoencoder(Plane, table.Rows.shape[1]);
        model.to(float64);
        using var guide = model.CreateGuide(z: Posterior.Delta(hidden: []));
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => optim.Adam(parameters, lr: 0.02),
            new SviSettings { Seed = run.Seed, Schedule = Schedules.Cosine(steps), ScheduleUnit = ScheduleUnit.Step });
        svi.Fit([table.Rows], steps, run);
        using var grad = no_grad();
        var error = (table.Rows - guide.Reconstruct(table.Rows).x.Mean).square().sum([1]).mean().item<double>();
        var exact = LinearGaussian.MaximumLikelihood(table.Rows, Plane);
        var discarded = exact.Variance * (table.Rows.shape[1] - Plane);
        return
        [
            new($"linear, {table.Name}: squared error of a row", error, discarded - 1e-9, discarded * 1.0001)
            {
                Reference = discarded, Source = "sum of the discarded eigenvalues",
            },
            new("linear: largest principal angle to PCA's plane, radians", exact.LargestAngle(model.Columns), Most: 1e-3),
        ];
    }

    private static IEnumerable<Finding> Filling(Codes codes, Codes means, int first, int second, SystemRun run)
    {
        var (sparse, dense) = (codes.EmptyCells(), means.EmptyCells());
        yield return new("autoencoder: share of empty cells", sparse, Least: run.IsSmoke ? null : dense);
        yield return new("VAE: share of empty cells", dense)
        {
            Reference = Math.Pow(1 - (1.0 / (Codes.Side * Codes.Side)), codes.Points.shape[0]),
            Source = "as many normal points",
        };
        yield return new("autoencoder: distance of the line's middle to the nearest code, standard deviations", Middle(codes));
        yield return new("VAE: the same for the same two images", Middle(means));

        double Middle(Codes all) => all.Distance((all.Points[first] + all.Points[second]) / 2);
    }

    private static Tensor Line(Codes codes, int first, int second)
    {
        var along = linspace(0, 1, 10).unsqueeze(1);
        return codes.Points[first] + (along * (codes.Points[second] - codes.Points[first]));
    }

    private static void Scatter(string title, Codes codes, IReadOnlyList<int> digits, TrainAndTest data, string path)
    {
        var chart = new LineChart { Title = $"{data.Test.Name}: {title}", Width = 480, Height = 440 };
        chart.AddClasses(codes.Points, digits, digit => $"{digit}", size: 3);
        chart.Save(path);
    }

    private static SystemResult Result(
        TrainAndTest data, int hidden, int batch, int epochs, int shown, IReadOnlyList<Finding> findings) => new(
        $"{data.Train.Name}: both are 784-{hidden}-2-{hidden}-784 with a Bernoulli likelihood, Adam 1e-3, batches of {batch}, {epochs} epochs. "
        + $"The autoencoder has a flat prior and a guide of one point, the VAE a standard normal and a diagonal one. Of {shown} test images: the "
        + $"cells are "
        + $"{Codes.Side} × {Codes.Side}, of equal probability under the normal with the codes' mean and covariance.",
        findings,
        [
            new("codes.png", "codes of the autoencoder, a colour for each digit"),
            new("means.png", "means of the VAE's guide"),
            new("decoded-codes.png", "the autoencoder's decoder at the centres of the cells"),
            new("decoded-means.png", "the VAE's decoder at the centres of the cells"),
            new("interpolation.png", "a straight line between the codes of two test images that lie across a gap of the autoencoder"),
        ],
        ["The autoencoder's codes stretch along rays with nothing between them; the VAE's fill the plane, since the prior pulls them "
            + "together and the "
            + "noise of the guide keeps neighbours apart. A normal distribution would leave no cell empty: the VAE's codes are not quite normal all "
            + "together, since the bound weighs each image's own divergence, and a few narrow gaps between digits stay."]);
}
