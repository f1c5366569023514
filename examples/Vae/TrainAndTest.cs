using Ppl.Data;

namespace Ppl.Examples.Vae;

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
}

/// <summary>Opens the set that <c>--set</c> names.</summary>
internal static class NamedSets
{
    /// <summary>Opens the chosen set; by default MNIST where its files are, else digits that this program draws.</summary>
    public static TrainAndTest Open(Options options)
    {
        var hasMnist = DataFolder.Containing(Mnist.Remote.Folder, options.DataFolder) is not null;
        var set = KnownDataset.Find(options.Set ?? (options.Download || hasMnist ? "mnist" : "drawn-digits"));
        if (options.Download) set.DownloadAsync(options.DataFolder, Console.WriteLine).GetAwaiter().GetResult();
        var (train, test) = (set.Train(options.DataFolder), set.Test(options.DataFolder));
        if (options.Smoke) (train, test) = (train.Take(Math.Min(train.Count, 1_280)), test.Take(Math.Min(test.Count, 200)));
        return new(train, test, IsBinary: set.Name is "binarized-mnist" or "drawn-sprites");
    }
}
