namespace Ppl.Data;

/// <summary>UCI optical recognition of handwritten digits: 3,823 training and 1,797 test images of 8 × 8, levels 0 to 16, labelled "digit".</summary>
/// <remarks>Alpaydin and Kaynak 1998, UCI Machine Learning Repository.</remarks>
public static class OptDigits
{
    /// <summary>The 3,823 training images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Train(string? folder = null) => Read("train", 3_823, folder);

    /// <summary>The 1,797 test images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Test(string? folder = null) => Read("test", 1_797, folder);

    private static ImageSet Read(string part, int count, string? folder)
    {
        var known = new KnownImages($"optdigits {part}", "optdigits", $"{part}-images-idx3-ubyte.gz", count, 8, 8, 16);
        return known.Read(folder, path => [known.ReadLabels($"{part}-labels-idx1-ubyte.gz", "digit", 10, Path.GetDirectoryName(path))]);
    }
}
