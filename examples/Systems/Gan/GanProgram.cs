using System.Globalization;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>Implicit models beside the VAE: a GAN and a WGAN with gradient penalty, on a ring of normal distributions and on digits.</summary>
public static class GanProgram
{
    /// <summary>Trains them and compares.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        var setting = new GanSetting(run);
        var data = Images.Open(run);
        Ring.Learnt[] rings =
        [
            Ring.Train("GAN", critic => Objective.Gan(critic), setting, run),
            Ring.Train("WGAN-GP", critic => Objective.WganGp(critic, penalty: 0.1), setting, run),
        ];
        Ring.Save(rings, run.File("ring.png"));

        manual_seed(run.Seed);
        using var classifier = DigitClassifier.Learnt(data.Train, run);
        using var vae = new ImageVae(20, data.Train.PixelsPerImage);
        using var guide = vae.CreateGuide(z: vae.Features());
        Images.Fit(vae, guide, data.TrainingData, setting.Epochs, run);
        var likelihood = Evaluate.NegativeLogLikelihood(vae, guide, data.TestData.Take(run.Of(1_000, 20)), run.Of(200, 5)).Mean;

        var count = run.Of(5_000, 100);
        using var gan = Game(critic => Objective.Gan(critic), setting.Dropout, data, setting.Epochs, GanSetting.GanRate, setting, run);
        using var wgan = Game(
            critic => Objective.WganGp(critic, criticSteps: setting.CriticSteps), dropout: 0, data, setting.CriticEpochs, setting.CriticRate, setting,
            run);
        (string Name, Tensor Images)[] sets =
        [
            ("VAE", Evaluate.PriorSamples(vae, count, seed: run.Seed).Mean),
            ("GAN", Evaluate.PriorSamples(gan, count, seed: run.Seed).Value),
            ("WGAN-GP", Evaluate.PriorSamples(wgan, count, seed: run.Seed).Value),
        ];
        foreach (var (name, images) in sets)
            Images.Save(data, images.narrow(0, 0, 100), 10, run.File($"{name.ToLowerInvariant()}.png"), name);

        List<Finding> findings = [.. rings.SelectMany(ring => OfRing(ring, run)), new("VAE: NLL of test images, nats", likelihood)];
        findings.AddRange(OfDigits(classifier, data, sets, run));
        return Result(data, setting, count, findings);
    }

    /// <summary>A generator of images. Without norms in it and dropout in its critic the GAN draws one image: the critic is sure of itself.</summary>
    private static Generator Game(
        Func<Module<Tensor, Tensor>, Objective> objective, double dropout, TrainAndTest data, int epochs, double rate, GanSetting setting,
        SystemRun run)
    {
        manual_seed(run.Seed);
        var pixels = data.Train.PixelsPerImage;
        using var critic = setting.Critic(pixels, data.Train.Height, dropout);
        var model = new Generator(setting.Latents, setting.Generator(pixels));
        using var guide = model.CreateGuide(z: Posterior.Delta(hidden: []));
        using var svi = Adversary.Engine(model, guide, objective(critic), rate, run);
        svi.Fit(data.Train.Grey(), epochs, setting.Batch, run);
        return model;
    }

    private static IEnumerable<Finding> OfRing(Ring.Learnt ring, SystemRun run)
    {
        var (first, last) = (ring.Covers[0], ring.Covers[^1]);
        double? least = !run.IsSmoke && ring.Name == "WGAN-GP" ? 8 : null;
        yield return new($"ring, {ring.Name}: modes covered after a quarter of the steps, of 8", first.Covered, Least: least);
        yield return new($"ring, {ring.Name}: at the end", last.Covered, Least: least);
        yield return new($"ring, {ring.Name}: share of draws within three standard deviations of a mode, at the end", last.Good);
    }

    private static IEnumerable<Finding> OfDigits(
        DigitClassifier classifier, TrainAndTest data, IEnumerable<(string Name, Tensor Images)> sets, SystemRun run)
    {
        using var grad = no_grad();
        var test = data.Test.Grey().All()[0];
        var (count, labels) = (test.shape[0] / 2, tensor(Images.Digits(data.Test)).to(int64));
        var (even, odd) = (test.view(count, 2, -1).select(1, 0), test.view(count, 2, -1).select(1, 1));
        yield return new(
            "classifier: accuracy on test images", classifier.Classify(test).eq(labels).to(float64).mean().item<double>(),
            Least: run.IsSmoke ? null : 0.96);
        yield return new("test images: Fréchet distance of every second one to the others", Distance(odd));
        double? vae = null;
        foreach (var (name, images) in sets)
        {
            var distance = Distance(images);
            var shares = bincount(classifier.Classify(images), minlength: 10).to(float64) / images.shape[0];
            yield return new($"{name}: Fréchet distance of draws to test images", distance, Most: run.IsSmoke || name != "WGAN-GP" ? null : vae);
            vae ??= distance;
            yield return new($"{name}: digits with a fiftieth of the draws or more, of 10", shares.ge(0.02).sum().item<long>());
            yield return new($"{name}: entropy of the digits drawn, nats", -(shares * shares.clamp_min(1e-12).log()).sum().item<double>())
            {
                Reference = Math.Log(10),
                Source = "digits in equal parts",
            };
        }

        double Distance(Tensor images) =>
            Evaluate.FrechetDistance(classifier.Features, images.narrow(0, 0, Math.Min(count, images.shape[0])), even);
    }

    private static string Rate(double rate) => rate.ToString("0e-0", CultureInfo.InvariantCulture);

    private static SystemResult Result(
        TrainAndTest data, GanSetting setting, int count, IReadOnlyList<Finding> findings) => new(
        $"Ring: 10,000 points of eight normal distributions of width 0.05 on the unit circle; generator and critic with three hidden layers of "
            + $"{setting.RingHidden}, {4 * setting.RingEpochs} epochs in batches of {setting.RingBatch}, Adam {Rate(setting.RingRate)}; GAN: "
            + $"one step "
            + "of the critic for each of the generator; WGAN-GP: five, λ = 0.1. "
            + $"{data.Train.Name}: {setting.Networks}, batches of {setting.Batch}; GAN {setting.Epochs} epochs, Adam "
            + $"{Rate(GanSetting.GanRate)}, dropout "
            + $"of {setting.Dropout.ToString(CultureInfo.InvariantCulture)} in the critic, one step to one; WGAN-GP {setting.CriticEpochs} "
            + $"epochs, Adam "
            + $"{Rate(setting.CriticRate)}, {setting.CriticSteps} to one, λ = 10. VAE 784-400-20, {setting.Epochs} epochs, Adam 1e-3, whose "
            + $"images are p(x | z) at draws of z. A step is on one batch, the critic's "
            + $"and the generator's counted alike. {count} "
            + "draws of each; the Fréchet distance is in the 64 features of a classifier 784-256-64-10 of this program: it is no FID.",
        findings,
        [
            new("ring.png", "draws of the generators trained on the ring"),
            new("vae.png", "draws of the VAE: p(x | z)"),
            new("gan.png", "draws of the GAN"),
            new("wgan-gp.png", "draws of the WGAN with gradient penalty"),
        ],
        [
            "Digits in equal parts have the highest entropy, log 10: each model draws some digits more often than others, and the classifier calls "
                + "what is between two digits by one of them.",
            "A likelihood is there for the VAE alone, by importance sampling. The generators are functions of 64 normal numbers: their images fill "
                + "a set without volume, and a test image beside it has no density at all.",
            "On the ring the GAN may lose modes that it had: what its generator leaves out no longer costs it anything. The Wasserstein distance "
                + "grows with every mode that is left out.",
            "The GAN is fragile: with the generator's batch norm and the critic's dropout left out it drew one image for every z. The WGAN has a "
                + "critic with neither.",
        ]);
}
