using Ppl.Data;
using Ppl.Flows;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>One model under guides of six families: diagonal, full covariance, planar, inverse and masked autoregressive, spline.</summary>
public static class PosteriorProgram
{
    // Those of Rezende and Mohamed 2015, section 6.
    private const int PublishedUpdates = 500_000;
    private const int PublishedMaps = 80;
    private const int PublishedBatch = 100;

    /// <summary>The families, each by its name; the others are compared with the first.</summary>
    /// <param name="planar">How many planar maps.</param>
    public static IReadOnlyList<(string Name, Func<ImageVae, Posterior> Make)> Families(int planar) =>
    [
        ("diagonal", model => Posterior.Diagonal(model.Features())),
        ("full covariance", model => Posterior.FullCovariance(model.Features())),
        ($"planar, {planar} maps", model => Over(model, planar, (size, context, _) => new Planar(size, context))),
        ("inverse autoregressive, 2 maps", model => Over(
            model, 2, (size, context, i) => new InverseAutoregressive(size, context: context, hidden: [64], isReversed: i % 2 == 1))),
        ("masked autoregressive, 2 maps", model => Over(
            model, 2, (size, context, i) => new MaskedAutoregressive(size, context: context, hidden: [64], isReversed: i % 2 == 1))),
        ("spline couplings, 2 maps", model => Over(
            model, 2, (size, context, i) => new Coupling(size, ElementMap.Spline(8, 4), context, hidden: [64], isSwapped: i % 2 == 1))),
    ];

    /// <summary>Trains and measures each family from the same weights of the model.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var data = Open(run);
        var train = run.IsSmoke ? data.TrainingData.Take(384) : data.TrainingData;
        var batch = run.Size(Images.BatchSize, Images.BatchSize, PublishedBatch);
        var epochs = run.EpochsOr(20, 1, PublishedUpdates * PublishedBatch / train.Count);
        var (samples, images) = (run.Of(500, 5, 200), run.Of(1_000, 20, data.Test.Count));
        var (latents, hidden, pieces) = (run.Size(32, 32, 40), run.Size(300, 300, 400), run.Size(1, 1, 4));
        var chart = new LineChart
        {
            Title = $"{data.Train.Name}: training bound by epoch",
            XLabel = "epoch",
            YLabel = "nats",
            Width = 640,
            Height = 380,
        };
        var findings = new List<Finding>();
        double? diagonal = null;
        foreach (var (name, make) in Families(run.Size(16, 16, PublishedMaps)))
        {
            using var scope = NewDisposeScope();
            manual_seed(run.Seed);
            using var model = new ImageVae(latents, data.Train.PixelsPerImage, hidden, pieces: pieces);
            using var guide = model.CreateGuide(z: make(model));
            using var svi = Engine(model, guide, run);
            var fit = svi.Fit(train, epochs, batch, run);
            var held = data.TestData.Take(images);
            var elbo = Evaluate.Bound(model, guide, held).Bound;
            var nll = Evaluate.NegativeLogLikelihood(model, guide, held, samples);
            var published = Published(name, run.IsFull);
            findings.Add(new Finding($"{name}: −ELBO", -elbo).WithPublished(data, published, run.IsFull ? Flows : Paper));
            findings.Add(new($"{name}: NLL", nll.Mean, Most: run.IsSmoke ? null : diagonal));
            diagonal ??= nll.Mean;
            chart.Add(name, [.. fit.Epochs.Select(e => (double)e.Epoch)], [.. fit.Epochs.Select(e => e.Training.Bound)], markers: true);
        }

        chart.Save(run.File("bounds.png"));
        return new(
            $"{data.Train.Name}, {data.Binarization}: 784-{hidden}-{latents}, {epochs} epochs of {train.Count} images, {Training(run)}, batches of "
                + $"{batch}; flows stand on a diagonal normal and see the encoder's features. −ELBO and NLL are of the first {images} test "
                + $"images, the NLL by {samples} "
            + $"importance samples.",
            findings,
            [new("bounds.png", "the training bound of each family")],
            [
                run.IsFull
                    ? "The setting is that of Rezende and Mohamed, with one hidden layer on either side; the other families stand under the same "
                        + "decoder and budget."
                    : "The paper's networks are residual and convolutional and were trained far longer: its numbers are lower, and only their "
                        + "order is to be compared: every family is claimed to have a lower NLL than the diagonal. After few epochs the decoder, "
                        + "and not the family, sets most of the bound.",
            ]);
    }

    private const string Paper = "Kingma et al. 2016, table 1";
    private const string Flows = "Rezende and Mohamed 2015, table 2";

    // Residual convolutional networks under a diagonal guide, and under two inverse autoregressive maps; in the full setting the other paper's.
    private static double? Published(string name, bool isFull) => (name.Split(',')[0], isFull) switch
    {
        ("diagonal", false) => 84.08,
        ("inverse autoregressive", false) => 82.02,
        ("diagonal", true) => 89.9,
        ("planar", true) => 85.1,
        _ => null,
    };

    // The published setting is of digits made binary once and for all.
    private static TrainAndTest Open(SystemRun run)
    {
        var isThere = DataFolder.Containing(BinarizedMnist.Remote.Folder, run.DataFolder) is not null;
        return TrainAndTest.Open(run.DataFolder, run is { IsFull: true, IsSmoke: false } && isThere ? "binarized-mnist" : null, run.IsSmoke);
    }

    private static string Training(SystemRun run) => run.IsFull
        ? "maxout units of four linear maps, RMSProp 1e-5 with momentum 0.9, β from 0.01 to 1 over the first 10,000 updates"
        : "Adam 1e-3";

    private static Svi Engine(GenerativeModel model, Guide guide, SystemRun run)
    {
        var settings = new SviSettings { Seed = run.Seed };
        if (!run.IsFull) return new(model, guide, Objective.Elbo(), settings: settings);
        var rising = Objective.Elbo(beta: Schedule.Linear(0.01, 1, 10_000));
        return new(model, guide, rising, parameters => optim.RMSProp(parameters, 1e-5, momentum: 0.9), settings);
    }

    private static Posterior Over(ImageVae model, int count, Func<long, long, int, Flow> map) => Posterior.Flow(
        (size, context) => Flow.Sequence(count, i => map(size, context, i)), on: Posterior.Diagonal(model.Features()));
}
