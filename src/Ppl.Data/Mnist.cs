namespace Ppl.Data;

/// <summary>MNIST: handwritten digits, 28 × 28, 60,000 for training and 10,000 for testing, labelled "digit".</summary>
/// <remarks>LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition".</remarks>
public static class Mnist
{
    private const string Folder = "mnist";

    /// <summary>The files and where they are served; their SHA-256 are those of the original files.</summary>
    public static RemoteSet Remote { get; } = new(
        "MNIST",
        Folder,
        [new("https://ossci-datasets.s3.amazonaws.com/mnist/"), new("https://storage.googleapis.com/cvdf-datasets/mnist/")],
        [
            new("train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            new("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            new("t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            new("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ]);

    /// <summary>The 60,000 training images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Train(string? folder = null) => Read("MNIST train", Folder, "train", 60_000, folder, "digit");

    /// <summary>The 10,000 test images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Test(string? folder = null) => Read("MNIST test", Folder, "t10k", 10_000, folder, "digit");

    /// <summary>Fashion-MNIST has the same files under another folder.</summary>
    internal static ImageSet Read(string set, string setFolder, string part, int count, string? folder, string label)
    {
        var known = new KnownImages(set, setFolder, $"{part}-images-idx3-ubyte.gz", count, 28, 28, 255) { Advice = KnownImages.DownloadAdvice };
        return known.Read(folder, path => [known.ReadLabels($"{part}-labels-idx1-ubyte.gz", label, 10, Path.GetDirectoryName(path))]);
    }
}
