using System.Globalization;
using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>Gaussian decoders on Frey faces, with a learnt and a fixed variance; the lecture's experiment, a Bernoulli one on MNIST.</summary>
public static class DecoderProgram
{
    private const int Latents = 20;
    private const double Scale = 0.1;
    private const int ManifoldImages = 20_000;
    private const string HandWritten = "hand-written TorchSharp loop, README.md";

    private static readonly int[] LaterEpochs = [5, 10];

    // Mean of seeds 0 to 2 in README.md.
    private const double HandWrittenElbo = -102.20;

    /// <summary>Trains and measures all of them.</summary>
    /// <param name="run">What it is told; its epochs are those on digits, a twentieth of those on faces.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var epochs = run.EpochsOr(10, 1, 1_667);
        var setting = (Hidden: run.Size(400, 400, 500), Batch: run.Size(Images.BatchSize, Images.BatchSize, 100));
        var digits = Images.Open(run);
        var (faces, findings) = Faces(run, 20 * epochs);
        findings.AddRange(Digits(run, digits, epochs, setting));
        Manifold(run, digits, epochs, setting);
        return new(
            $"{faces}: 2 latents, a hidden layer of 200 tanh units on either side, {20 * epochs} epochs of batches of 100, Adam 1e-3; the "
                + $"ELBO is of held-out "
            + $"images, in nats. The fixed standard deviation is {Scale.ToString(CultureInfo.InvariantCulture)}. {digits.Train.Name}: "
            + $"784-{setting.Hidden}-{Latents}, {digits.Binarization}, Adam 1e-3, batches of {setting.Batch}, {epochs} epochs; the manifold is of a "
            + $"second model with 2 latents, from {ManifoldImages} images.",
            findings,
            [
                new("samples-epoch01.png", "Bernoulli decoder, one fixed 128 × 20 matrix of noise after epoch 1"),
                .. LaterEpochs.Where(epoch => epoch <= epochs)
                    .Select(epoch => new ResultPicture($"samples-epoch{epoch:D2}.png", $"the same noise after epoch {epoch}")),
                new("manifold.png", "the manifold of two latents: quantiles of the prior"),
                new("faces.png", "the manifold of the Gaussian decoder: means"),
            ],
            [
                "The learnt variance has the higher bound, since pixels differ in how well they can be told. The density of real numbers has "
                    + "no bound, "
                    + "so that its nats depend on the least standard deviation allowed, 1/256 here; the paper's figure 2 prints no number.",
                "The hand-written loop is the same model with other draws, and the mean of three seeds: the distance to it is within the range that "
                    + "the seeds have here.",
                "Reconstructions after 1, 5 and 10 epochs are in the program's folder; they show test images, which are no part of this repository.",
            ]);
    }

    private static (string Name, List<Finding> Findings) Faces(SystemRun run, int epochs)
    {
        var hasFaces = !run.IsSmoke && DataFolder.Containing("frey-faces", run.DataFolder) is not null;
        var all = hasFaces ? FreyFaces.All(run.DataFolder) : DrawnDigits.Train().Take(run.Of(1_965, 300));
        int[] order = [.. randperm(all.Count).to(ScalarType.Float64).ToNumbers().Select(number => (int)number)];
        var (train, test) = all.Subset(order).Split(all.Count * 4 / 5);
        using var learnt = new GaussianVae(2, all.PixelsPerImage);
        using var guide = learnt.CreateGuide(z: Sequential(Linear(all.PixelsPerImage, 200), Tanh()));
        var elbo = FitFaces(learnt, guide, train, test, epochs, run);
        using var fixedOne = new FixedVarianceVae(2, all.PixelsPerImage, Scale);
        using var itsGuide = fixedOne.CreateGuide(z: Sequential(Linear(all.PixelsPerImage, 200), Tanh()));
        var itsElbo = FitFaces(fixedOne, itsGuide, train, test, epochs, run);
        new PictureGrid(all.Height, all.Width) { Title = all.Name, Magnification = 1, Padding = 0 }
            .AddRows(Evaluate.Manifold(learnt, 12).Mean, columns: 12).Save(run.File("faces.png"));
        var distance = SquaredError.DistanceFromBound(fixedOne, itsGuide, test.Grey().Take(Math.Min(100, test.Count)).All()[0], Scale, run.Seed);
        return (all.Name,
        [
            new($"{all.Name}, mean and variance learnt: ELBO", elbo),
            new($"{all.Name}, fixed variance: ELBO", itsElbo),
            new("gain of the learnt variance, nats", elbo - itsElbo, Least: run.IsSmoke ? null : 0),
            new("fixed variance: largest relative distance of a datum's ELBO to squared error and regularizer by hand", distance, Most: 1e-5),
        ]);
    }

    private static double FitFaces(GenerativeModel model, Guide guide, ImageSet train, ImageSet test, int epochs, SystemRun run)
    {
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet });
        svi.Fit(train.Grey(), epochs, batchSize: 100, run);
        return svi.Evaluate(test.Grey()).Bound;
    }

    private static List<Finding> Digits(SystemRun run, TrainAndTest data, int epochs, (int Hidden, int Batch) setting)
    {
        using var vae = new ImageVae(Latents, data.Train.PixelsPerImage, setting.Hidden);
        using var guide = vae.CreateGuide(z: vae.Features());
        var watch = new EpochWatch(vae, guide, data, run, randn(128, Latents), epochs);
        Images.Fit(vae, guide, data.TrainingData, epochs, run, setting.Batch, watch);
        return [.. watch.Bounds.Select(bound => new Finding($"{data.Test.Name}, Bernoulli: ELBO after epoch {bound.Epoch}", bound.Elbo)
        {
            Reference = bound.Epoch == 10 && !run.IsFull ? HandWrittenElbo : null, Source = bound.Epoch == 10 && !run.IsFull ? HandWritten : null,
        })];
    }

    private static void Manifold(SystemRun run, TrainAndTest data, int epochs, (int Hidden, int Batch) setting)
    {
        using var vae = new ImageVae(2, data.Train.PixelsPerImage, setting.Hidden);
        using var guide = vae.CreateGuide(z: vae.Features());
        Images.Fit(vae, guide, data.TrainingData.Take(Math.Min(ManifoldImages, data.Train.Count)), epochs, run, setting.Batch);
        Images.Save(data, Evaluate.Manifold(vae, 20).Mean, 20, run.File("manifold.png"), $"two latents, learnt from {data.Train.Name}", padding: 0);
    }

    /// <summary>After epochs 1, 5, 10 and the last: the bound, reconstructions, and images of one fixed matrix of noise.</summary>
    private sealed class EpochWatch(ImageVae vae, ImageVae.Guide guide, TrainAndTest data, SystemRun run, Tensor noise, int last)
        : ITrainingCallback
    {
        public List<(int Epoch, double Elbo)> Bounds { get; } = [];

        public void OnEpochEnd(Svi svi, EpochReport epoch)
        {
            if (epoch.Epoch is not (1 or 5 or 10) && epoch.Epoch != last) return;
            Bounds.Add((epoch.Epoch, Evaluate.Bound(vae, guide, data.TestData).Bound));
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var name = string.Create(CultureInfo.InvariantCulture, $"epoch{epoch.Epoch:D2}.png");
            Images.Save(data, vae.Predict(new(noise)).x.Mean, 16, run.File($"samples-{name}"), $"epoch {epoch.Epoch}");
            var x = data.TestData.Take(64).All();
            var grid = new PictureGrid(data.Test.Height, data.Test.Width) { Title = $"{data.Test.Name} and reconstructions, epoch {epoch.Epoch}" };
            var again = Evaluate.Reconstructions(vae, guide, x, seed: run.Seed).Mean;
            for (var row = 0; row < 64; row += 16) grid.AddRow("x", x[0].narrow(0, row, 16)).AddRow("p(x|z)", again.narrow(0, row, 16));
            grid.Save(run.File($"reconstructions-{name}"));
        }
    }
}
