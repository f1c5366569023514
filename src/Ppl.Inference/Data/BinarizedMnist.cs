namespace Ppl.Inference.Data;

/// <summary>The fixed binarization of MNIST that many papers report on: 50,000 + 10,000 + 10,000 images of 28 × 28, 0 or 1, no labels.</summary>
/// <remarks>
/// Larochelle and Murray 2011, "The neural autoregressive distribution estimator". The values are 0 and 1 already, so
/// <c>Grey()</c> gives them as they are; the images are not in MNIST's order.
/// </remarks>
public static class BinarizedMnist
{
    /// <summary>The 50,000 training images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Train(string? folder = null) => Read("train", 50_000, folder);

    /// <summary>The 10,000 validation images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Validation(string? folder = null) => Read("valid", 10_000, folder);

    /// <summary>The 10,000 test images.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Test(string? folder = null) => Read("test", 10_000, folder);

    private static ImageSet Read(string part, int count, string? folder)
        => new KnownImages($"binarized MNIST {part}", "binarized-mnist", $"{part}-images-idx3-ubyte.gz", count, 28, 28, 1).Read(folder);
}
