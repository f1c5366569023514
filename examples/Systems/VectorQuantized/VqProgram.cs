using System.Globalization;
using Ppl.Data;
using Ppl.Distributions;
using Ppl.Inference;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>VQ-VAEs whose codebooks learn in three ways, and a prior over the codes of one of them, which generates.</summary>
public static class VqProgram
{
    private const double Decay = 0.99;

    /// <summary>How a codebook learns.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Decay">γ of moving averages; null for a gradient.</param>
    /// <param name="FromMeans">Whether it is moved to k-means of what the encoder says after the first epoch.</param>
    public sealed record Way(string Name, double? Decay, bool FromMeans);

    /// <summary>The ways; the last one's codes get a prior.</summary>
    public static IReadOnlyList<Way> Ways { get; } =
    [
        new("gradient", null, FromMeans: false),
        new("moving averages", Decay, FromMeans: false),
        new("gradient, from k-means", null, FromMeans: true),
        new("moving averages, from k-means", Decay, FromMeans: true),
    ];

    /// <summary>Trains each, then the prior.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        var data = Images.Open(run);
        var sizes = new Sizes(run);
        var train = data.TrainingData.Take(sizes.Train);
        var held = data.TestData.Take(sizes.Test);
        var findings = new List<Finding>();
        var chart = new Reporting.LineChart
        {
            Title = $"{data.Train.Name}: log p(x given z) by epoch",
            XLabel = "epoch",
            YLabel = "nats",
            Width = 640,
            Height = 380,
        };
        var perplexities = new Dictionary<Way, double>();
        foreach (var way in Ways)
        {
            manual_seed(run.Seed);
            using var model = new VqVae(new Codebook(sizes.Codes, sizes.Dimension, way.Decay), data.Train.Height, sizes.Networks);
            using var guide = model.CreateGuide(z: model.Encoder());
            using var svi = new Svi(
                model, guide, Objective.VectorQuantized(), p => optim.Adam(p, sizes.Rate), new SviSettings { Seed = run.Seed });
            var epochs = Fit(svi, train, 1, run).ToList();
            if (way.FromMeans) StartAtMeans(model, guide, train.Take(sizes.Means).All()[0]);
            epochs.AddRange(Fit(svi, train, sizes.Epochs - 1, run));
            chart.Add(way.Name, [.. epochs.Select(e => (double)e.Epoch)], [.. epochs.Select(e => e.Training.Reconstruction)], markers: true);

            var codes = Encode(model, guide, held);
            var bound = svi.Evaluate(held);
            double? plain = run.IsSmoke || !way.FromMeans ? null : perplexities[way with { Name = way.Name.Split(',')[0], FromMeans = false }];
            perplexities[way] = model.Codebook.Perplexity(codes);
            findings.AddRange(Findings(way, model, bound, codes, data.Train.PixelsPerImage));
            findings.Add(new($"{way.Name}: perplexity of the codes", perplexities[way], Least: plain));
            if (way == Ways[^1]) findings.AddRange(Generate(model, guide, data, train, held, bound, sizes, run));
        }

        chart.Save(run.File("bounds.png"));
        return Result(data, sizes, train.Count, findings);
    }

    private static IEnumerable<Finding> Findings(Way way, VqVae model, BoundValue bound, Tensor codes, long pixels)
    {
        var uniform = codes.shape[1] * codes.shape[2] * Math.Log(model.Codebook.Count);
        yield return new($"{way.Name}: −log p(x given z), nats an image", -bound.Reconstruction);
        if (way == Ways[0])
        {
            yield return new("KL, nats an image", bound.Kl, uniform * (1 - 1e-5), uniform * (1 + 1e-5))
            {
                Reference = uniform,
                Source = "cells · log K, the uniform prior",
            };
        }

        yield return new($"{way.Name}: bits a pixel under the uniform prior", -bound.Bound / pixels / Math.Log(2));
    }

    /// <summary>The codes' prior, and images of codes that it draws.</summary>
    private static IEnumerable<Finding> Generate(
        VqVae model, VqVae.Guide guide, TrainAndTest data, Dataset train, Dataset held, BoundValue bound, Sizes sizes, SystemRun run)
    {
        using var prior = new CodePrior(model.Codebook.Count, model.GridSide, sizes.PriorChannels, sizes.PriorDepth);
        using var svi = new Svi(prior, prior.CreateGuide(), Objective.Elbo(), settings: new SviSettings { Seed = run.Seed });
        using var codes = Dataset.From(Encode(model, guide, train));
        using var heldCodes = Dataset.From(Encode(model, guide, held));
        Fit(svi, codes, sizes.PriorEpochs, run);
        var nats = -svi.Evaluate(heldCodes).Bound;
        var (uniform, pixels) = (bound.Kl, data.Train.PixelsPerImage);

        using var grad = no_grad();
        using var seeded = manual_seed(run.Seed);
        prior.eval();
        var drawn = prior.Simulate(64).codes;
        Images.Save(data, Decode(model, drawn), 16, run.File("drawn.png"), "codes drawn from the learned prior");
        Images.Save(data, Decode(model, randint_like(drawn, 0, model.Codebook.Count)), 16, run.File("uniform.png"), "codes drawn uniformly");
        var shown = held.Take(16);
        new Reporting.PictureGrid(data.Train.Height, data.Train.Width) { Title = "test images and their reconstructions" }
            .AddRow("data", shown.All()[0]).AddRow("model", Decode(model, Encode(model, guide, shown))).Save(run.File("reconstructions.png"));
        yield return new("learned prior: nats of an image's codes", nats, Most: run.IsSmoke ? null : uniform)
        {
            Reference = uniform,
            Source = "the uniform prior",
        };
        yield return new("learned prior: −ELBO, nats an image", nats - bound.Reconstruction);
        yield return new(
            "learned prior: bits a pixel", (nats - bound.Reconstruction) / pixels / Math.Log(2),
            Most: run.IsSmoke ? null : -bound.Bound / pixels / Math.Log(2));
    }

    private static IReadOnlyList<EpochReport> Fit(Svi svi, Dataset data, int epochs, SystemRun run)
    {
        if (epochs == 0) return [];
        var fit = svi.Fit(data, epochs, Images.BatchSize, run);
        return fit.Epochs;
    }

    private static void StartAtMeans(VqVae model, VqVae.Guide guide, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        model.Codebook.StartAtMeans(((Quantized)guide.z.Encode(images)).Location);
    }

    /// <summary>The codes of images: [rows, side, side].</summary>
    private static Tensor Encode(VqVae model, VqVae.Guide guide, Dataset images)
    {
        const int Rows = 500;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var parts = new List<Tensor>();
        for (var first = 0; first < images.Count; first += Rows)
        {
            using var part = NewDisposeScope();
            var x = images.Subset([.. Enumerable.Range(first, Math.Min(Rows, images.Count - first))]).All()[0];
            var codes = ((Quantized)guide.z.Encode(x)).Codes;
            parts.Add(codes.reshape(-1, model.GridSide, model.GridSide).MoveToOuterDisposeScope());
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    private static Tensor Decode(VqVae model, Tensor codes) => model.Predict(new(model.Codebook.Lookup(codes.flatten(1)))).x.Mean;

    private static SystemResult Result(TrainAndTest data, Sizes sizes, int images, IReadOnlyList<Finding> findings) => new(
        $"{data.Train.Name}, {data.Binarization}: grids of {data.Train.Height / 4} × {data.Train.Width / 4} codes, {sizes.Codes} vectors of "
        + $"{sizes.Dimension} numbers; convolutions of {sizes.Networks.Near} and {sizes.Networks.Deep} channels on either side"
        + $"{(sizes.Networks.Blocks > 0 ? $" and {sizes.Networks.Blocks} residual blocks" : "")}; {sizes.Epochs} epochs of "
        + $"{images} images, Adam {sizes.Rate.ToString("0e-0", CultureInfo.InvariantCulture)}, batches of {Images.BatchSize}, commitment 0.25, "
        + $"moving averages with γ = {Decay}; k-means is of "
        + $"{sizes.Means} images, after the first epoch. The prior is a PixelCNN of {sizes.PriorDepth} blocks "
        + $"of {sizes.PriorChannels} channels, {sizes.PriorEpochs} epochs on the codes of the last way. Numbers are of {sizes.Test} test images.",
        findings,
        [
            new("bounds.png", "log p(x given z) of training images by epoch"),
            new("drawn.png", "images of codes drawn from the learned prior"),
            new("uniform.png", "images of codes drawn from the uniform prior of the first stage"),
        ],
        [
            "The KL of a quantizer to the uniform prior is a constant, so that the first stage is trained by reconstruction alone, and its bits a "
                + "pixel say little; the second stage learns how codes go together: what it saves of a code is the difference to log K.",
            "Under Adam a vector moves by no more than about its rate in a step, and the encoder's outputs run away from vectors that start small: "
                + "moving averages follow them, though with few of the vectors, and k-means catches up. From k-means on nearly all vectors are used, "
                + "and about evenly: the perplexity is that of as many codes used equally.",
            "The paper's bits a dimension are of other data and larger networks, and cannot stand beside these.",
        ]);

    /// <summary>How much is done.</summary>
    private sealed record Sizes(SystemRun Run)
    {
        public int Train { get; } = Run.Of(20_000, 256, 60_000);

        public int Test { get; } = Run.Of(2_000, 64, 10_000);

        public int Means { get; } = Run.Of(500, 100);

        public int Codes { get; } = Run.Size(64, 16, 512);

        public int Dimension { get; } = Run.Size(16, 16, 64);

        public VqNetworks Networks { get; } =
            new(Run.Size(16, 4, 256), Run.Size(32, 8, 256), Run.Size(0, 0, 2));

        public double Rate => Run.IsFull ? 2e-4 : 1e-3;

        public int Epochs { get; } = Run.EpochsOr(8, 1, 533);

        public int PriorChannels { get; } = Run.Of(64, 8);

        public int PriorDepth { get; } = Run.Of(4, 1);

        public int PriorEpochs { get; } = Run.EpochsOr(8, 1, 533);
    }
}
