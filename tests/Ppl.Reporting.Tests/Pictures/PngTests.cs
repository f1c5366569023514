using Ppl.Common;

namespace Ppl.Reporting.Tests.Pictures;

public sealed class PngTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(300, 201)]
    public void Pixels_come_back(int width, int height)
    {
        foreach (var channels in new[] { 1, 3 })
        {
            foreach (var pixels in new[] { Noise(width * height * channels), Ramp(width, height, channels) })
            {
                var path = folder.File("a.png");
                if (channels == 1) Png.WriteGrey(path, pixels, width, height);
                else Png.WriteRgb(path, pixels, width, height);

                var (foundWidth, foundHeight, foundChannels, found) = PngDecoder.Decode(File.ReadAllBytes(path));
                Assert.Equal((width, height, channels), (foundWidth, foundHeight, foundChannels));
                Assert.Equal(pixels, found);
            }
        }
    }

    [Fact]
    public void Smooth_pictures_are_small()
    {
        using var memory = new MemoryStream();
        Png.Encode(memory, Ramp(256, 256, 1), 256, 256, 1);
        Assert.InRange(memory.Length, 0, 2000);
    }

    [Fact]
    public void Folders_are_made_and_files_replaced()
    {
        var path = folder.File("deep/er/a.png");
        Png.WriteGrey(path, new byte[4], 2, 2);
        Png.WriteGrey(path, new byte[6], 3, 2);
        Assert.Equal(3, PngDecoder.Decode(File.ReadAllBytes(path)).Width);
        Assert.Single(Directory.GetFileSystemEntries(folder.File("deep/er")));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_named_with_the_cause()
    {
        File.WriteAllText(folder.File("file"), "in the way");
        var inside = Path.Combine(folder.File("file"), "a.png");
        var fault = Assert.Throws<PictureException>(() => Png.WriteGrey(inside, new byte[1], 1, 1));
        Assert.StartsWith($"{inside}: the picture cannot be written: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File("file"), fault.InnerException!.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(folder.File("folder"));
        Assert.Equal(
            folder.File("folder"), Assert.Throws<PictureException>(() => Png.WriteGrey(folder.File("folder"), new byte[1], 1, 1)).File);
        Assert.Equal(["file", "folder"], folder.Names());
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.StartsWith(
            "2 x 3 x 1 is 6 bytes, found 5",
            Assert.Throws<ArgumentException>(() => Png.WriteGrey(folder.File("a"), new byte[5], 3, 2)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.WriteGrey(folder.File("a"), Array.Empty<byte>(), 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode(Stream.Null, new byte[2], 1, 1, 2));
        Assert.Empty(folder.Names());
    }

    private static byte[] Noise(int count)
    {
        var random = new CounterRandom(1);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextInt(256))];
    }

    private static byte[] Ramp(int width, int height, int channels)
        => [.. Enumerable.Range(0, width * height * channels).Select(k => (byte)((k / channels % width) + (k / channels / width)))];
}
