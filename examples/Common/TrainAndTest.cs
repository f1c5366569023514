using Ppl.Data;

namespace Ppl.Examples;

/// <summary>A data set by name: training and test images, and how they become binary data.</summary>
/// <param name="Train">Images to learn from.</param>
/// <param name="Test">Images that the numbers are of.</param>
/// <param name="IsBinary">Whether the images are 0 or 1 already.</param>
internal sealed record TrainAndTest(ImageSet Train, ImageSet Test, bool IsBinary)
{
    /// <summary>Fresh Bernoulli draws of the pixels in each epoch, as in Burda et al. (2016); binary images stay what they are.</summary>
    public Dataset TrainingData => IsBinary ? Train.Thresholded() : Train.Binarized();

    /// <summary>One draw, kept, so that every number is of the same test set.</summary>
    public Dataset TestData => IsBinary ? Test.Thresholded() : Test.Binarized(seed: 0);

    /// <summary>How the pixels became 0 or 1, for the headline.</summary>
    public string Binarization => IsBinary ? "binary as given" : "trained on dynamic, tested on fixed binarization";

    /// <summary>Opens a set; by default MNIST where its files are, else digits that this program draws.</summary>
    /// <param name="folder">The data sets' folder; null for the library's default.</param>
    /// <param name="name">The set's name; null for the default, which is drawn in a short run.</param>
    /// <param name="isShort">Whether the first images are enough.</param>
    public static TrainAndTest Open(string? folder, string? name, bool isShort)
    {
        var hasMnist = !isShort && DataFolder.Containing(Mnist.Remote.Folder, folder) is not null;
        var set = KnownDataset.Find(name ?? (hasMnist ? "mnist" : "drawn-digits"));
        var (train, test) = (set.Train(folder), set.Test(folder));
        if (isShort) (train, test) = (train.Take(Math.Min(train.Count, 1_280)), test.Take(Math.Min(test.Count, 200)));
        return new(train, test, IsBinary: set.Name is "binarized-mnist" or "drawn-sprites");
    }
}
