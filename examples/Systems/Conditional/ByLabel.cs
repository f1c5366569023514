using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The part of the program on digits by their label.</summary>
/// <param name="run">What it is told.</param>
/// <param name="data">The images.</param>
/// <param name="epochs">Passes over them.</param>
internal sealed class ByLabel(SystemRun run, TrainAndTest data, int epochs)
{
    private const int Depth = 2;

    private readonly int latents = run.Size(10, 10, 50);
    private readonly int units = run.Size(300, 300, 500);

    private int Training => run.Of(40_000, 256, data.Train.Count);

    private int Testing => run.Of(300, 20, 1_000);

    private int Samples => run.Of(100, 5);

    /// <summary>Model, data and budget.</summary>
    public string Setting => $"{data.Train.Name}, {data.Binarization}, batches of {Images.BatchSize}, Adam 1e-3. By label: {Training} training "
        + $"images, {latents} latents, two hidden layers of {units} on either side, {epochs} epochs; NLL of {Testing} test images by {Samples} "
        + "importance samples.";

    /// <summary>Trains the two models and one that is not told the label, and compares them.</summary>
    public List<Finding> Findings()
    {
        using var labels = Dataset.From("labels", ("label", OneHot(Images.Digits(data.Train)[..Training])));
        var train = data.TrainingData.Take(Training);
        using var blind = new ImageVae(latents, data.Train.PixelsPerImage, units, Depth);
        using var blindGuide = blind.CreateGuide(z: blind.Features());
        Images.Fit(blind, blindGuide, train, epochs, run);
        using var standard = new LabelledVae(latents, data.Train.PixelsPerImage, units, Depth);
        using var guide = standard.CreateGuide(z: Posterior.Diagonal(hidden: [units, units]));
        Images.Fit(standard, guide, Dataset.Zip(train, labels), epochs, run);
        using var learnt = new LabelledPriorVae(latents, data.Train.PixelsPerImage, units, Depth);
        using var itsGuide = learnt.CreateGuide(z: Posterior.Diagonal(hidden: [units, units]));
        Images.Fit(learnt, itsGuide, Dataset.Zip(train, labels), epochs, run);

        using var classifier = DigitClassifier.Learnt(data.Train, run);
        using var grad = no_grad();
        var test = data.TestData.Take(Testing);
        var without = Evaluate.NegativeLogLikelihood(blind, blindGuide, test, Samples, new() { Seed = run.Seed }).Mean;
        return
        [
            new("not told the label: NLL, −log p(x)", without),
            new("classifier: accuracy on test images", Rate(classifier, data.Test.Grey().All()[0], Images.Digits(data.Test)),
                Least: run.IsSmoke ? null : 0.96),
            .. Compare("standard prior", standard, guide, test, without),
            Recognized("standard prior", classifier, Drawn(standard)),
            Recognized("standard prior, z of a test image of any digit", classifier, Relabelled(standard, guide)),
            .. Compare("learned p(z given c)", learnt, itsGuide, test, without),
            Recognized("learned p(z given c)", classifier, Drawn(learnt)),
        ];
    }

    private IEnumerable<Finding> Compare(string name, GenerativeModel model, Guide guide, Dataset test, double without)
    {
        int[] truth = Images.Digits(data.Test)[..Testing];
        var losses = Enumerable.Range(0, 10).Select(digit => Told(digit).PerDatum).ToList();
        var own = truth.Select((digit, row) => losses[digit][row]).Average();
        var right = Enumerable.Range(0, Testing).Count(row => truth[row] == Enumerable.Range(0, 10).MinBy(digit => losses[digit][row]));
        yield return new($"{name}: NLL, −log p(x given c)", own, Most: run.IsSmoke ? null : without)
        {
            Reference = without,
            Source = "not told the label",
        };
        yield return new($"{name}: share of test images whose label Bayes' rule finds", (double)right / Testing, Least: run.IsSmoke ? null : 0.8)
        {
            Reference = 0.1,
            Source = "chance",
        };
        Picture(name, model);

        LikelihoodEstimate Told(int digit)
        {
            using var labels = Dataset.From("labels", ("label", OneHot([.. Enumerable.Repeat(digit, Testing)])));
            return Evaluate.NegativeLogLikelihood(model, guide, Dataset.Zip(test, labels), Samples, new() { Seed = run.Seed });
        }
    }

    private Finding Recognized(string name, DigitClassifier classifier, Tensor drawn) => new(
        $"{name}: share of drawn digits that a classifier calls by the label",
        Rate(classifier, drawn, [.. Enumerable.Range(0, (int)drawn.shape[0]).Select(row => row % 10)]), Least: run.IsSmoke ? null : 0.5)
    {
        Reference = 0.1,
        Source = "chance",
    };

    private static double Rate(DigitClassifier classifier, Tensor images, int[] digits) =>
        classifier.Classify(images).eq(tensor(digits)).to(float64).mean().item<double>();

    private Tensor Drawn(GenerativeModel model) => Drawn(model, run.Of(1_000, 20));

    /// <summary>The hands of test images, with labels in turn: what holds them apart from draws is that z is not the prior's.</summary>
    private Tensor Relabelled(LabelledVae model, LabelledVae.Guide guide)
    {
        var count = run.Of(1_000, 20);
        var x = data.TestData.Take(count).All()[0];
        var z = guide.z.Encode(x, OneHot(Images.Digits(data.Test)[..count])).Sample();
        return model.Decode(z, OneHot([.. Enumerable.Range(0, count).Select(row => row % 10)]));
    }

    private void Picture(string name, GenerativeModel model)
    {
        var file = name[..name.IndexOf(' ', StringComparison.Ordinal)];
        new PictureGrid(data.Train.Height, data.Train.Width) { Title = $"{name}, learnt from {data.Train.Name}", Magnification = 1, Padding = 1 }
            .AddRows(Drawn(model, 80), columns: 10).Save(run.File($"digits-{file}.png"));
    }

    private Tensor Drawn(GenerativeModel model, int count) => Evaluate.PriorSamples(
        model, count, covariates: [OneHot([.. Enumerable.Range(0, count).Select(row => row % 10)])], seed: run.Seed).Mean;

    private static Tensor OneHot(int[] digits) => eye(10).index_select(0, tensor(Array.ConvertAll(digits, digit => (long)digit)));
}
