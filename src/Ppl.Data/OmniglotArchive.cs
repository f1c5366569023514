using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Ppl.Data;

/// <summary>Turns OMNIGLOT's published archives of 105 × 105 pictures into the 28 × 28 files of <see cref="Omniglot28"/>.</summary>
/// <remarks>
/// Each output pixel is the mean over a square of 3.75 × 3.75 pixels. In quarters of a pixel that is a whole number of 1 to 225, so
/// that rounding to 0 … 255 never meets a tie and the result is the same everywhere: its SHA-256 is known.
/// </remarks>
internal static partial class OmniglotArchive
{
    public const string Background = "images_background.zip";
    public const string Evaluation = "images_evaluation.zip";
    private const int From = 105;
    private const int To = 28;
    private const int LastTrainingDrawer = 15;

    /// <summary>One drawing, reduced.</summary>
    internal sealed record Drawing(int Id, string Alphabet, int Number, int Drawer, byte[] Pixels);

    public static void Convert(string downloads, string target)
    {
        var drawings = new List<Drawing>();
        var alphabets = new List<string>();
        foreach (var archive in new[] { Background, Evaluation })
        {
            var part = Read(Path.Combine(downloads, archive));
            drawings.AddRange(part);
            alphabets.AddRange(part.Select(drawing => drawing.Alphabet).Distinct().Order(StringComparer.Ordinal));
        }

        drawings = [.. drawings.OrderBy(drawing => drawing.Id).ThenBy(drawing => drawing.Drawer)];
        var train = drawings.Where(drawing => drawing.Drawer <= LastTrainingDrawer).ToArray();
        var test = drawings.Where(drawing => drawing.Drawer > LastTrainingDrawer).ToArray();
        (string Name, IdxArray Array, string Sha256)[] files =
        [
            ("train-images-idx3-ubyte.gz", Images(train), "50e3c3ef843b518dd2a0e2cddfa552e0a21e6d89c95ae900e43d3309b45a2a36"),
            ("train-labels-idx2-short.gz", Labels(train, alphabets), "b2b5801d81d3a5797023bb409381d6710c23c95caba8c1594243c3e8f49f76f0"),
            ("test-images-idx3-ubyte.gz", Images(test), "1264551144d03114b03c2ea31f5a29fd05c6a78f4fa88eb24063444d40bf74b1"),
            ("test-labels-idx2-short.gz", Labels(test, alphabets), "15745f7d9e829505367d5211c0dc6ed16ec876f36b585d405ee8597247e979c0"),
        ];
        foreach (var (name, array, expected) in files)
        {
            var found = ContentHash(array);
            if (found != expected)
            {
                throw new DataFileException(
                    Path.Combine(target, name), $"SHA-256 of the content made of the downloaded archives: expected {expected}, found {found}");
            }
        }

        foreach (var (name, array, _) in files) IdxFile.Write(Path.Combine(target, name), array);
    }

    /// <summary>All drawings of an archive.</summary>
    /// <exception cref="DataFileException">The archive or a picture is damaged, or there is no drawing in it.</exception>
    public static List<Drawing> Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var drawings = new List<Drawing>();
            foreach (var entry in archive.Entries)
            {
                if (EntryName().Match(entry.FullName) is { Success: true } match)
                {
                    int Number(int group) => int.Parse(match.Groups[group].ValueSpan);
                    var ink = OneBitPng.DecodeInk($"{path}/{entry.FullName}", Content(entry), From, From);
                    drawings.Add(new Drawing(Number(3), match.Groups[1].Value, Number(2), Number(4), Reduce(ink)));
                }
            }

            return drawings.Count > 0 ? drawings
                : throw new DataFileException(path, "expected drawings (alphabet/character01/0001_01.png), found none");
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not DataFileException)
        {
            throw new DataFileException(path, $"not a readable zip archive: {fault.Message}", fault);
        }
    }

    /// <summary>The exact area average of 105 × 105 pixels of ink (0 or 1), as 28 × 28 bytes, ink bright.</summary>
    public static byte[] Reduce(ReadOnlySpan<byte> ink)
    {
        const int Quarters = 15; // 3.75 pixels
        var reduced = new byte[To * To];
        for (var row = 0; row < To; row++)
        {
            for (var column = 0; column < To; column++)
            {
                var sum = 0;
                for (var y = row * Quarters; y < (row + 1) * Quarters; y++)
                {
                    for (var x = column * Quarters; x < (column + 1) * Quarters; x++) sum += ink[((y / 4) * From) + (x / 4)];
                }

                reduced[(row * To) + column] = (byte)(((sum * 255) + (Quarters * Quarters / 2)) / (Quarters * Quarters));
            }
        }

        return reduced;
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static IdxArray Images(Drawing[] drawings) => new(drawings.SelectMany(drawing => drawing.Pixels).ToArray(), drawings.Length, To, To);

    private static IdxArray Labels(Drawing[] drawings, List<string> alphabets)
    {
        var labels = drawings.SelectMany(drawing => new[]
        {
            (short)drawing.Id, (short)alphabets.IndexOf(drawing.Alphabet), (short)drawing.Number, (short)drawing.Drawer,
        });
        return new IdxArray(labels.ToArray(), drawings.Length, 4);
    }

    /// <summary>The SHA-256 of the IDX bytes before compression, which do not depend on the compressor.</summary>
    internal static string ContentHash(IdxArray array)
    {
        using var memory = new MemoryStream();
        IdxWriter.Write(memory, array);
        return System.Convert.ToHexStringLower(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
    }

    [GeneratedRegex(@"([^/]+)/character(\d\d)/(\d{4})_(\d\d)\.png$", RegexOptions.CultureInvariant)]
    private static partial Regex EntryName();
}
