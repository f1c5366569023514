namespace Ppl.Data;

/// <summary>Fashion-MNIST: pieces of clothing, 28 × 28, 60,000 for training and 10,000 for testing, labelled "article".</summary>
/// <remarks>Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747. The files have MNIST's names, in the folder fashion-mnist.</remarks>
public static class FashionMnist
{
    private const string Folder = "fashion-mnist";

    /// <summary>The files and where they are served.</summary>
    public static RemoteSet Remote { get; } = new(
        "Fashion-MNIST",
        Folder,
        [
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            new("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"),
        ],
        [
            new("train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            new("train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new("t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new("t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ]);

    /// <summary>The ten articles, by class.</summary>
    public static IReadOnlyList<string> Articles { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The 60,000 training images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Train(string? folder = null)
        => Mnist.Read("Fashion-MNIST train", Folder, "train", 60_000, folder, "article");

    /// <summary>The 10,000 test images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Test(string? folder = null)
        => Mnist.Read("Fashion-MNIST test", Folder, "t10k", 10_000, folder, "article");
}
