using Ppl.Inference.Data;

namespace Ppl.Examples.Vae;

/// <summary>A data set by name: training and test images, and how they become binary data.</summary>
/// <param name="Train">Images to learn from.</param>
/// <param name="Test">Images that the numbers are of.</param>
/// <param name="IsBinary">Whether the images are 0 or 1 already.</param>
internal sealed record DataSet(ImageSet Train, ImageSet Test, bool IsBinary)
{
    /// <summary>Fresh Bernoulli draws of the pixels in each epoch, as in Burda et al. (2016); binary images stay what they are.</summary>
    public IDataset TrainingData => IsBinary ? Train.Thresholded() : Train.Binarized();

    /// <summary>One draw, kept, so that every number is of the same test set.</summary>
    public IDataset TestData => IsBinary ? Test.Thresholded() : Test.Binarized(seed: 0);

    /// <summary>How the pixels became 0 or 1, for the headline.</summary>
    public string Binarization => IsBinary ? "binary as given" : "trained on dynamic, tested on fixed binarization";
}

/// <summary>The sets that <c>--set</c> knows.</summary>
internal static class NamedSets
{
    public static IReadOnlyList<string> Names { get; } =
        ["mnist", "binarized-mnist", "omniglot", "fashion-mnist", "drawn-digits", "drawn-sprites"];

    /// <summary>Opens the chosen set; by default MNIST where its files are, else digits that this program draws.</summary>
    public static DataSet Open(Options options)
    {
        var name = options.Set ?? (options.Download || HasMnist(options.DataFolder) ? "mnist" : "drawn-digits");
        if (options.Download) Fetch(name, options.DataFolder);
        var folder = options.DataFolder;
        return name switch
        {
            "mnist" => new(Mnist.Train(folder), Mnist.Test(folder), IsBinary: false),
            "binarized-mnist" => new(BinarizedMnist.Train(folder), BinarizedMnist.Test(folder), IsBinary: true),
            "omniglot" => new(Omniglot28.Train(folder), Omniglot28.Test(folder), IsBinary: false),
            "fashion-mnist" => new(FashionMnist.Train(folder), FashionMnist.Test(folder), IsBinary: false),
            "drawn-digits" => Drawn(options.Smoke),
            "drawn-sprites" => Sprites(options.Smoke),
            _ => throw new ArgumentException($"--set {name} is not known; choose one of {string.Join(", ", Names)}"),
        };
    }

    private static DataSet Drawn(bool few) => few
        ? new(DrawnDigits.Make(1_280, seed: 1), DrawnDigits.Make(200, seed: 2), IsBinary: false)
        : new(DrawnDigits.Train(), DrawnDigits.Test(), IsBinary: false);

    private static DataSet Sprites(bool few)
    {
        var factors = new SpriteFactors { Size = 28, Extent = 0.3 };
        return new(
            DrawnSprites.Make(few ? 1_280 : 20_000, seed: 1, factors), DrawnSprites.Make(few ? 200 : 5_000, seed: 2, factors), IsBinary: true);
    }

    private static bool HasMnist(string? folder) =>
        DataFolder.Containing(Mnist.Remote.Folder, folder) is not null;

    private static void Fetch(string name, string? folder) =>
        DataSets.Find(name).DownloadAsync(folder, Console.WriteLine).GetAwaiter().GetResult();
}
