using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>An autoencoder whose codes a discriminator brings to a prior, a normal distribution or a mixture of ten, beside a plain one.</summary>
public static class AdversarialProgram
{
    private const double Weight = 20;

    /// <summary>Trains the three and compares their codes with the priors.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        var data = Images.Open(run);
        var (sizes, pixels) = (new Sizes(run), data.Train.PixelsPerImage);
        manual_seed(run.Seed);
        using var plain = new Autoencoder(2, pixels, sizes.Hidden, sizes.Depth);
        using var plainGuide = plain.CreateGuide(z: Points(pixels, sizes));
        Images.Fit(plain, plainGuide, data.TrainingData, sizes.Epochs, run, sizes.Batch);
        using var normal = new ImageVae(2, pixels, sizes.Hidden, sizes.Depth);
        using var normalGuide = normal.CreateGuide(z: Points(pixels, sizes));
        Match(normal, normalGuide, data, sizes, run);
        using var mixture = new MixtureAutoencoder(pixels, sizes.Hidden, sizes.Depth);
        using var mixtureGuide = mixture.CreateGuide(z: Points(pixels, sizes));
        Match(mixture, mixtureGuide, data, sizes, run);
        using var vae = new ImageVae(2, pixels, sizes.Hidden, sizes.Depth);
        using var vaeGuide = vae.CreateGuide(z: vae.Features());
        Images.Fit(vae, vaeGuide, data.TrainingData, sizes.Epochs, run, sizes.Batch);

        using var grad = no_grad();
        var shown = data.TestData.Take(run.Of(5_000, 200));
        var x = shown.All()[0];
        int[] digits = Images.Digits(data.Test)[..shown.Count];
        var count = shown.Count;
        Tensor[] priors = [normal.Simulate(count).z, mixture.Simulate(count).z];
        (string Name, Tensor Codes, double Likelihood)[] found =
        [
            ("plain autoencoder", plainGuide.z.Encode(x).Mean, Likelihood(plain, plainGuide, shown)),
            ("AAE, normal prior", normalGuide.z.Encode(x).Mean, Likelihood(normal, normalGuide, shown)),
            ("AAE, mixture prior", mixtureGuide.z.Encode(x).Mean, Likelihood(mixture, mixtureGuide, shown)),
        ];
        string[] files = ["plain.png", "normal.png", "mixture.png"];
        foreach (var ((name, codes, _), file) in found.Zip(files))
        {
            var chart = new LineChart { Title = $"{data.Test.Name}: codes, {name}", Width = 480, Height = 440 };
            chart.AddClasses(codes, digits, digit => $"{digit}", size: 3);
            chart.Save(run.File(file));
        }

        Images.Save(data, normal.Simulate(100).x.Mean, 10, run.File("normal-samples.png"), "draws of the prior, decoded: normal");
        Images.Save(data, mixture.Simulate(100).x.Mean, 10, run.File("mixture-samples.png"), "draws of the prior, decoded: mixture");
        List<Finding> findings = [.. Findings(found, priors, [normal.Simulate(count).z, mixture.Simulate(count).z], run)];
        var drawn = vaeGuide.z.Encode(x).Sample();
        findings.Add(new("energy distance to the normal prior: a VAE's posteriors, a draw of each", EnergyDistance(drawn, priors[0])));
        findings.Add(new("AAE, mixture prior: of the ten with a fiftieth of the codes or more", mixture.PartsTaken(found[2].Codes)));
        return Result(data, sizes, count, findings);
    }

    /// <summary>A guide of points: the code of an image is a function of it.</summary>
    private static Posterior Points(long pixels, Sizes sizes) => Posterior.Delta(Layers.Rectified(pixels, sizes.Hidden, sizes.Depth));

    private static void Match(GenerativeModel model, Guide guide, TrainAndTest data, Sizes sizes, SystemRun run)
    {
        var units = sizes.Discriminator;
        using var discriminator = Sequential(Linear(2, units), LeakyReLU(0.2), Linear(units, units), LeakyReLU(0.2), Linear(units, 1));
        using var svi = new Svi(model, guide, Objective.AdversarialAutoencoder(discriminator, Weight), settings: new SviSettings
        {
            Seed = run.Seed,
            Groups = [new("discriminator", "objective.*") { Optimizer = p => optim.Adam(p, 1e-3, 0.5, 0.9) }],
        });
        svi.Fit(data.TrainingData, sizes.Epochs, sizes.Batch, run);
    }

    private static double Likelihood(GenerativeModel model, Guide guide, Dataset data) =>
        Evaluate.Bound(model, guide, data, Objective.Elbo(kl: KlForm.Sampled)).Reconstruction;

    private static IEnumerable<Finding> Findings(
        IReadOnlyList<(string Name, Tensor Codes, double Likelihood)> found, Tensor[] priors, Tensor[] again, SystemRun run)
    {
        string[] names = ["normal prior", "mixture prior"];
        foreach (var (name, _, likelihood) in found) yield return new($"{name}: log p(x given its code) of test images, nats", likelihood);
        for (var prior = 0; prior < priors.Length; prior++)
        {
            var moved = EnergyDistance(Moved(found[0].Codes, priors[prior]), priors[prior]);
            yield return new($"energy distance to the {names[prior]}: plain autoencoder", EnergyDistance(found[0].Codes, priors[prior]));
            yield return new($"energy distance to the {names[prior]}: plain, with the prior's means and deviations", moved);
            var matched = EnergyDistance(found[prior + 1].Codes, priors[prior]);
            yield return new($"energy distance to the {names[prior]}: AAE", matched, Most: run.IsSmoke || prior > 0 ? null : moved)
            {
                Reference = EnergyDistance(again[prior], priors[prior]),
                Source = "as many other draws of the prior",
            };
        }

        yield return new(
            "AAE, normal prior: Fréchet distance of codes to the prior", Evaluate.FrechetDistance(found[1].Codes, priors[0]),
            Most: run.IsSmoke ? null : Evaluate.FrechetDistance(found[0].Codes, priors[0]));
    }

    // What a change of scale alone would do.
    private static Tensor Moved(Tensor codes, Tensor prior) =>
        ((codes - codes.mean([0])) / codes.std([0L]) * prior.std([0L])) + prior.mean([0]);

    /// <summary>2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ of two sets of as many points: 0 for one distribution alone (Székely and Rizzo 2013).</summary>
    private static double EnergyDistance(Tensor x, Tensor y)
    {
        return (2 * Mean(x, y)) - Mean(x, x) - Mean(y, y);

        static double Mean(Tensor a, Tensor b) => cdist(a, b).to(float64).mean().item<double>();
    }

    private static SystemResult Result(TrainAndTest data, Sizes sizes, int shown, IReadOnlyList<Finding> findings) => new(
        $"{data.Train.Name}: encoders 784-{sizes.Layers}-2, whose codes are points, and decoders 2-{sizes.Layers}-784 with a Bernoulli likelihood; "
            + $"Adam 1e-3, batches of {sizes.Batch}, {sizes.Epochs} epochs. The discriminators are 2-{sizes.Discriminator}-{sizes.Discriminator}-1, "
            + $"λ = {Weight}, Adam 1e-3 with β₁ = 0.5. The mixture is of {MixtureAutoencoder.Parts} normal distributions of width 0.4 on a "
            + $"circle of radius 3. Codes are those of {shown} test images.",
        findings,
        [
            new("plain.png", "codes of the plain autoencoder, a colour for each digit"),
            new("normal.png", "codes matched to a normal distribution"),
            new("mixture.png", "codes matched to a mixture of ten"),
            new("normal-samples.png", "draws of the normal prior, decoded"),
            new("mixture-samples.png", "draws of the mixture, decoded"),
        ],
        [
            "The plain autoencoder knows no prior: its codes lie where reconstruction puts them, on a scale of their own, which is nearly "
                + "all of the distance: codes moved to the prior's means and deviations show what the shape adds, and the match to the normal prior "
                + "is claimed to be nearer than these. A VAE brings its posteriors as near, without a game. The energy distance is "
                + "2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖. Reconstruction is the better the less the codes are told where to lie.",
            "The discriminator sees codes of all digits alike: that parts of the mixture take digits of one kind, and not a tenth of the codes each, "
                + "is the autoencoder's choice. In the paper's picture of a mixture labels tell each digit its part; here there are none.",
            "Draws of the prior itself are nearer: codes follow the clusters of the images, and the discriminator is no exact judge. The mixture's "
                + "parts hardly touch, so that nothing leads codes from a full part to an empty one, and the distance is mostly that of unequal "
                + "shares: noise on what the discriminator sees, fading to none, filled all ten parts with one seed of three.",
        ]);

    /// <summary>How large the networks are, and how long they are trained.</summary>
    private sealed record Sizes(SystemRun Run)
    {
        public int Epochs { get; } = Run.EpochsOr(10, 1, 1_000);

        public int Batch { get; } = Run.Size(Images.BatchSize, Images.BatchSize, 100);

        public int Hidden { get; } = Run.Size(400, 400, 1_000);

        public int Depth { get; } = Run.Size(1, 1, 2);

        public int Discriminator { get; } = Run.Size(128, 128, 1_000);

        public string Layers => string.Join('-', Enumerable.Repeat(Hidden, Depth));
    }
}
