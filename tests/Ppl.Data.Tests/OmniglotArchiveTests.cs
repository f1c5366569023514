using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ppl.Common;

namespace Ppl.Data.Tests;

public sealed class OmniglotArchiveTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_bit_pictures_of_every_filter_are_decoded()
    {
        foreach (var width in new[] { 1, 7, 8, 9, 105 })
        {
            var ink = Ink(width, 20, seed: width);
            Assert.Equal(ink, OneBitPng.DecodeInk("p", Encode(ink, width, 20), width, 20));
        }
    }

    [Fact]
    public void Other_and_damaged_pictures_are_named()
    {
        var png = Encode(Ink(9, 4, seed: 1), 9, 4);
        AssertProblem("expected a PNG picture, found another file", "GIF89a"u8.ToArray());
        AssertProblem(
            "PNG header: expected 00000009000000040100000000 (1-bit grey, 9 x 4), found 00000009000000040800000000",
            [.. png[..24], 8, .. png[25..]]);
        AssertProblem("PNG filter: expected 0 to 4, found 7", Encode(Ink(9, 4, seed: 1), 9, 4, filter: 7));
        for (var length = 8; length < png.Length; length++)
            Assert.Throws<DataFileException>(() => OneBitPng.DecodeInk("p", png.AsSpan(0, length), 9, 4));
    }

    [Fact]
    public void The_reduction_is_the_mean_over_squares_of_three_and_three_quarters()
    {
        var ink = Ink(105, 105, seed: 2);
        var reduced = OmniglotArchive.Reduce(ink);
        for (var row = 0; row < 28; row++)
        {
            for (var column = 0; column < 28; column++)
            {
                var mean = 0.0;
                for (var y = 0; y < 105; y++)
                {
                    for (var x = 0; x < 105; x++)
                        mean += ink[(y * 105) + x] * Overlap(y, row) * Overlap(x, column) / (3.75 * 3.75);
                }

                Assert.Equal((byte)Math.Round(255 * mean), reduced[(row * 28) + column]);
            }
        }
    }

    [Fact]
    public void Drawings_are_read_with_their_labels()
    {
        var ink = Ink(105, 105, seed: 3);
        Zip("a.zip", ("images_background/Greek/character02/0395_16.png", Encode(ink, 105, 105)), ("images_background/readme.txt", [1]));
        var drawing = Assert.Single(OmniglotArchive.Read(folder.File("a.zip")));
        Assert.Equal((395, "Greek", 2, 16), (drawing.Id, drawing.Alphabet, drawing.Number, drawing.Drawer));
        Assert.Equal(OmniglotArchive.Reduce(ink), drawing.Pixels);
    }

    [Fact]
    public void Archives_that_are_damaged_or_hold_something_else_are_named()
    {
        var path = folder.File("a.zip");
        File.WriteAllText(path, "<html>not found</html>");
        Assert.StartsWith($"{path}: not a readable zip archive: ", Fault(() => OmniglotArchive.Read(path)).Message, StringComparison.Ordinal);
        Zip("a.zip", ("readme.txt", [1]));
        Assert.Equal($"{path}: expected drawings (alphabet/character01/0001_01.png), found none", Fault(() => OmniglotArchive.Read(path)).Message);
        Zip("a.zip", ("Greek/character02/0395_16.png", [1, 2]));
        Assert.Equal(
            $"{path}/Greek/character02/0395_16.png: expected a PNG picture, found another file", Fault(() => OmniglotArchive.Read(path)).Message);
    }

    [Fact]
    public void Another_content_is_refused_and_nothing_is_written()
    {
        var png = Encode(Ink(105, 105, seed: 3), 105, 105);
        Zip(OmniglotArchive.Background, ("b/Greek/character02/0395_16.png", png), ("b/Greek/character02/0395_15.png", png));
        Zip(OmniglotArchive.Evaluation, ("e/ULOG/character01/1598_01.png", png));
        Directory.CreateDirectory(folder.File("target"));
        var fault = Fault(() => OmniglotArchive.Convert(folder.Path, folder.File("target")));
        Assert.StartsWith(
            $"{Path.Combine(folder.File("target"), "train-images-idx3-ubyte.gz")}: SHA-256 of the content made of the downloaded archives: "
            + "expected 50e3c3ef843b518dd2a0e2cddfa552e0a21e6d89c95ae900e43d3309b45a2a36, found ",
            fault.Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("target")));
    }

    [FactWhenData("omniglot28")]
    public void The_known_hashes_are_those_of_the_files()
    {
        var root = Path.Combine(DataFolder.Containing("omniglot28")!, "omniglot28");
        Assert.Equal(
            [
                "50e3c3ef843b518dd2a0e2cddfa552e0a21e6d89c95ae900e43d3309b45a2a36",
                "b2b5801d81d3a5797023bb409381d6710c23c95caba8c1594243c3e8f49f76f0",
                "1264551144d03114b03c2ea31f5a29fd05c6a78f4fa88eb24063444d40bf74b1",
                "15745f7d9e829505367d5211c0dc6ed16ec876f36b585d405ee8597247e979c0",
            ],
            Omniglot28.Remote.Products.Select(name => OmniglotArchive.ContentHash(IdxFile.Read(Path.Combine(root, name)))));
    }

    private static double Overlap(int pixel, int square) => Math.Max(0, Math.Min(pixel + 1, (square + 1) * 3.75) - Math.Max(pixel, square * 3.75));

    private static byte[] Ink(int width, int height, int seed)
    {
        var random = new CounterRandom((ulong)seed);
        return [.. Enumerable.Range(0, width * height).Select(_ => (byte)random.NextInt(2))];
    }

    private static DataFileException Fault(Action action) => Assert.Throws<DataFileException>(action);

    private static void AssertProblem(string problem, byte[] file)
        => Assert.Equal($"p: {problem}", Assert.Throws<DataFileException>(() => OneBitPng.DecodeInk("p", file, 9, 4)).Message);

    /// <summary>Encodes ink as a 1-bit picture, row k with filter k mod 5 unless one is named.</summary>
    private static byte[] Encode(byte[] ink, int width, int height, int? filter = null)
    {
        var stride = (width + 7) / 8;
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            var above = new byte[stride];
            for (var y = 0; y < height; y++)
            {
                var row = new byte[stride];
                for (var x = 0; x < width; x++) row[x / 8] |= (byte)((1 - ink[(y * width) + x]) << (7 - (x % 8)));

                zlib.WriteByte((byte)(filter ?? (y % 5)));
                zlib.Write([.. Enumerable.Range(0, stride).Select(k => (byte)(row[k] - Predict(y % 5, k, row, above)))]);
                above = row;
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        return
        [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR", header), .. Chunk("tIME", new byte[7]), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", []),
        ];
    }

    private static int Predict(int filter, int k, byte[] row, byte[] above)
    {
        int left = k > 0 ? row[k - 1] : 0, up = above[k], corner = k > 0 ? above[k - 1] : 0;
        return filter switch
        {
            0 => 0,
            1 => left,
            2 => up,
            3 => (left + up) >> 1,
            _ => new[] { left, up, corner }.MinBy(value => Math.Abs(left + up - corner - value)),
        };
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        var chunk = new byte[12 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        body.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + body.Length), Crc32.Append(0, chunk.AsSpan(4, 4 + body.Length)));
        return chunk;
    }

    private void Zip(string name, params ReadOnlySpan<(string Name, byte[] Content)> entries)
    {
        using var stream = File.Create(folder.File(name));
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var target = archive.CreateEntry(entry).Open();
            target.Write(content);
        }
    }
}
