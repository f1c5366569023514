using Ppl.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>A classifier of images, by maximum likelihood: digit ~ Categorical(softmax(odds(features(x)))).</summary>
public sealed partial class DigitClassifier : GenerativeModel
{
    private readonly Module<Tensor, Tensor> features;
    private readonly Module<Tensor, Tensor> odds;

    /// <summary>Random weights.</summary>
    /// <param name="pixels">Those of an image.</param>
    public DigitClassifier(long pixels)
    {
        features = Sequential(Linear(pixels, 256), ReLU(), Linear(256, 64), ReLU());
        odds = Linear(64, 10);
        RegisterComponents();
    }

    /// <summary>One that has learnt from images with a label "digit", in five passes; its networks are set to evaluation.</summary>
    /// <param name="images">What it learns from.</param>
    /// <param name="run">Seed, and whether it is a short run.</param>
    internal static DigitClassifier Learnt(ImageSet images, SystemRun run)
    {
        var classifier = new DigitClassifier(images.PixelsPerImage);
        using var guide = classifier.CreateGuide();
        using var digits = tensor(Images.Digits(images)).to(int64);
        using var labels = Dataset.From("digit", ("digit", digits));
        Images.Fit(classifier, guide, Dataset.Zip(images.Grey(), labels), run.Of(5, 1), run);
        classifier.eval();
        return classifier;
    }

    /// <summary>What its last layer sees of an image: 64 numbers.</summary>
    public Module<Tensor, Tensor> Features => features;

    /// <summary>The most probable digit of each image.</summary>
    /// <param name="x">[n, pixels], from 0 to 1.</param>
    public Tensor Classify(Tensor x) => odds.call(features.call(x)).argmax(1);

    [Model]
    private void Generate(Tensor x, Tensor digit)
    {
        using var data = Plate(x, digit);
        Observe(digit, Categorical(logits: odds.call(features.call(x))));
    }
}
