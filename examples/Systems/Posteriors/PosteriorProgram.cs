using Ppl.Flows;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>One model under guides of six families: diagonal, full covariance, planar, inverse and masked autoregressive, spline.</summary>
public static class PosteriorProgram
{
    private const int Latents = 32;
    private const int Hidden = 300;

    /// <summary>The families, each by its name, with what the page compares it with.</summary>
    public static IReadOnlyList<(string Name, Func<ImageVae, Posterior> Make)> Families { get; } =
    [
        ("diagonal", model => Posterior.Diagonal(model.Features())),
        ("full covariance", model => Posterior.FullCovariance(model.Features())),
        ("planar, 16 maps", model => Over(model, 16, (size, context, _) => new Planar(size, context))),
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
        var data = Images.Open(run);
        var epochs = run.EpochsOr(20);
        var train = run.IsSmoke ? data.TrainingData.Take(384) : data.TrainingData;
        var (samples, images) = (run.Of(500, 5), run.Of(1_000, 20));
        var chart = new LineChart
        {
            Title = $"{data.Train.Name}: training bound by epoch",
            XLabel = "epoch",
            YLabel = "nats",
            Width = 640,
            Height = 380,
        };
        var findings = new List<Finding>();
        foreach (var (name, make) in Families)
        {
            using var scope = NewDisposeScope();
            manual_seed(run.Seed);
            using var model = new ImageVae(Latents, data.Train.PixelsPerImage, Hidden);
            using var guide = model.CreateGuide(z: make(model));
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Seed = run.Seed });
            var fit = svi.Fit(train, epochs, Images.BatchSize, options: new FitOptions { Cancellation = run.Cancellation });
            run.Cancellation.ThrowIfCancellationRequested();
            var held = data.TestData.Take(images);
            var elbo = Evaluate.Bound(model, guide, held).Bound;
            var nll = Evaluate.NegativeLogLikelihood(model, guide, held, samples);
            findings.Add(new($"{name}: −ELBO", -elbo) { Reference = Published(name), Source = Published(name) is null ? null : Paper });
            findings.Add(new($"{name}: NLL", nll.Mean, Most: -elbo));
            chart.Add(name, [.. fit.Epochs.Select(e => (double)e.Epoch)], [.. fit.Epochs.Select(e => e.Training.Bound)], markers: true);
        }

        chart.Save(run.File("bounds.png"));
        return new(
            $"{data.Train.Name}, {data.Binarization}: 784-{Hidden}-{Latents}, {epochs} epochs of {train.Count} images, Adam 1e-3, batches of "
                + $"{Images.BatchSize}; flows stand on a "
            + $"diagonal normal and see the encoder's features. −ELBO and NLL are of the first {images} test images, the NLL by {samples} "
            + $"importance samples.",
            findings,
            [new("bounds.png", "the training bound of each family")],
            [
                "The paper's networks are residual and convolutional and were trained far longer: its numbers are lower, and only their "
                    + "order is to be compared. After few epochs the decoder, and not the family, sets most of the bound.",
            ]);
    }

    private const string Paper = "Kingma et al. 2016, table 1";

    // Their residual convolutional networks under a diagonal guide, and under two inverse autoregressive maps.
    private static double? Published(string name) => name.Split(',')[0] switch
    {
        "diagonal" => 84.08,
        "inverse autoregressive" => 82.02,
        _ => null,
    };

    private static Posterior Over(ImageVae model, int count, Func<long, long, int, Flow> map) => Posterior.Flow(
        (size, context) => Flow.Sequence(count, i => map(size, context, i)), on: Posterior.Diagonal(model.Features()));
}
