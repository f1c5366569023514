namespace Ppl.Data;

/// <summary>The fixed binarization of MNIST that many papers report on: 50,000 + 10,000 + 10,000 images of 28 × 28, 0 or 1, no labels.</summary>
/// <remarks>
/// Larochelle and Murray 2011, "The neural autoregressive distribution estimator". The values are 0 and 1 already, so
/// <c>Grey()</c> gives them as they are; the images are not in MNIST's order.
/// </remarks>
public static class BinarizedMnist
{
    private const string Folder = "binarized-mnist";

    private static readonly (string Part, int Count, string Sha256)[] Parts =
    [
        ("train", 50_000, "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d"),
        ("valid", 10_000, "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"),
        ("test", 10_000, "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c"),
    ];

    /// <summary>The original text files and where they are served; they are turned into IDX files.</summary>
    public static RemoteSet Remote { get; } = new(
        "binarized MNIST",
        Folder,
        [new("http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/")],
        [.. Parts.Select(part => new RemoteFile(TextFile(part.Part), part.Sha256))])
    {
        Convert = (downloads, target) =>
        {
            foreach (var (part, count, _) in Parts)
            {
                var pixels = ParseText(Path.Combine(downloads, TextFile(part)), count);
                IdxFile.Write(Path.Combine(target, ImageFile(part)), new IdxArray(pixels, count, 28, 28));
            }
        },
        Products = [.. Parts.Select(part => ImageFile(part.Part))],
    };

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

    /// <summary>The digits of a text file: one image a line, 784 times 0 or 1 with a blank between two.</summary>
    internal static byte[] ParseText(string path, int count)
    {
        var text = DataFile.ReadAll(path);
        const int Line = 2 * 784;
        if (text.Length != count * Line)
            throw new DataFileException(path, $"size: expected {count} lines of {Line} bytes = {count * Line}, found {text.Length}");

        var pixels = new byte[count * 784];
        for (var k = 0; k < pixels.Length; k++)
        {
            var (digit, blank) = (text[2 * k], text[(2 * k) + 1]);
            if (digit is not ((byte)'0' or (byte)'1') || blank != (k % 784 == 783 ? '\n' : ' '))
                throw new DataFileException(path,
                    $"line {(k / 784) + 1}, digit {(k % 784) + 1}: expected 0 or 1, found \"{(char)digit}{(char)blank}\"");

            pixels[k] = (byte)(digit - '0');
        }

        return pixels;
    }

    private static string TextFile(string part) => $"binarized_mnist_{part}.amat";

    private static string ImageFile(string part) => $"{part}-images-idx3-ubyte.gz";

    private static ImageSet Read(string part, int count, string? folder)
        => new KnownImages($"binarized MNIST {part}", Folder, ImageFile(part), count, 28, 28, 1) { Advice = KnownImages.DownloadAdvice }.Read(folder);
}
