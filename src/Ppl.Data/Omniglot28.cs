namespace Ppl.Data;

/// <summary>OMNIGLOT at 28 × 28: 24,345 training and 8,115 test images of handwritten characters of 50 alphabets.</summary>
/// <remarks>
/// Lake, Salakhutdinov and Tenenbaum 2015. Drawers 1 to 15 of each character are for training, 16 to 20 for testing; the reduction
/// from 105 × 105 is an exact area average. This is not the file of Burda et al. 2015, so likelihoods do not compare with theirs.
/// Labels: "character" (1,623), "alphabet" (50), "number" within the alphabet, and "drawer" (20), each from 0.
/// Rows are ordered by character: shuffle them for training.
/// </remarks>
public static class Omniglot28
{
    private const string Folder = "omniglot28";

    /// <summary>The original archives and where they are served; they are turned into IDX files, whose content is verified.</summary>
    public static RemoteSet Remote { get; } = new(
        "OMNIGLOT",
        Folder,
        [new("https://github.com/brendenlake/omniglot/raw/master/python/")],
        [new(OmniglotArchive.Background, null), new(OmniglotArchive.Evaluation, null)])
    {
        Convert = OmniglotArchive.Convert,
        Products =
        [
            "train-images-idx3-ubyte.gz", "train-labels-idx2-short.gz", "test-images-idx3-ubyte.gz", "test-labels-idx2-short.gz",
        ],
    };

    /// <summary>The 24,345 training images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Train(string? folder = null) => Read("train", 24_345, folder);

    /// <summary>The 8,115 test images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Test(string? folder = null) => Read("test", 8_115, folder);

    private static ImageSet Read(string part, int count, string? folder)
    {
        var known = new KnownImages($"OMNIGLOT 28x28 {part}", Folder, $"{part}-images-idx3-ubyte.gz", count, 28, 28, 255)
        {
            Advice = KnownImages.DownloadAdvice,
        };
        return known.Read(folder, path => known.ReadFactors(
            $"{part}-labels-idx2-short.gz",
            IdxType.Int16,
            Path.GetDirectoryName(path),
            ("character", 1, 1623, null),
            ("alphabet", 0, 50, null),
            ("number", 1, 55, null),
            ("drawer", 1, 20, null)));
    }
}
