using System.IO.Compression;
using Ppl.Common;

namespace Ppl.Data.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<Array> Arrays => new(
        new byte[] { 0, 1, 2, 253, 254, 255 },
        new short[] { 0, 1, -1, short.MaxValue, short.MinValue, 258 },
        new[] { 0, 1, -1, int.MaxValue, int.MinValue, 66051 },
        new[] { 0f, -0f, 1.5f, float.MaxValue, float.Epsilon, float.NegativeInfinity },
        new[] { 0.0, -0.0, 1.5, double.MaxValue, double.Epsilon, double.NegativeInfinity });

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Arrays))]
    public void A_written_array_reads_back(Array values)
    {
        foreach (var name in new[] { "a-idx", "a-idx.gz" })
        {
            var path = folder.File(name);
            IdxFile.Write(path, new IdxArray(values, 1, 2, 3));
            var read = IdxFile.Read(path);
            Assert.Equal([1, 2, 3], read.Dimensions);
            Assert.Equal(values, read.Values);
            Assert.Equal(values.GetType(), read.Values.GetType());
        }

        Assert.Equal(["a-idx", "a-idx.gz"], folder.Names());
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        var path = folder.File("a");
        IdxFile.Write(path, new IdxArray(new short[] { 1, -2 }, 2));
        Assert.Equal("00000B01" + "00000002" + "0001FFFE", Convert.ToHexString(File.ReadAllBytes(path)));
    }

    [Fact]
    public void Empty_arrays_keep_their_shape()
    {
        var path = folder.File("a.gz");
        IdxFile.Write(path, new IdxArray(Array.Empty<byte>(), 0, 28, 28));
        Assert.Equal([0, 28, 28], IdxFile.Read(path).Dimensions);
    }

    [Fact]
    public void Gzip_is_recognised_by_content_whatever_the_name()
    {
        var gzipped = folder.File("a.gz");
        IdxFile.Write(gzipped, new IdxArray(new byte[] { 7 }, 1));
        File.Move(gzipped, folder.File("a"));
        Assert.Equal([7], IdxFile.Read(folder.File("a")).As<byte>());
        using var stream = File.OpenRead(folder.File("a"));
        Assert.Equal([7], IdxFile.Read(stream, "a").As<byte>());
    }

    [Fact]
    public void Gzip_header_fields_are_passed_over()
    {
        // FEXTRA, FNAME, FCOMMENT and FHCRC all present; the data are a stored block of an IDX array of two bytes.
        byte[] content = [0, 0, 8, 1, 0, 0, 0, 2, 5, 6];
        using var memory = new MemoryStream();
        memory.Write([0x1F, 0x8B, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3]);
        memory.Write([3, 0, 9, 9, 9]);
        memory.Write("name\0comment\0"u8);
        memory.Write([0xAB, 0xCD]);
        memory.Write([1, 10, 0, 0xF5, 0xFF]);
        memory.Write(content);
        memory.Write(BitConverter.GetBytes(Crc32.Append(0, content)));
        memory.Write(BitConverter.GetBytes(content.Length));
        memory.Position = 0;
        Assert.Equal([5, 6], IdxFile.Read(memory).As<byte>());
    }

    [Theory]
    [InlineData("", "truncated: the magic number has 4 bytes, the file ends after 0")]
    [InlineData("000008", "truncated: the magic number has 4 bytes, the file ends after 3")]
    [InlineData("89504E47", "magic number: expected 0000 in its first two bytes, found 8950")]
    [InlineData("00000903000000010000000100000001", "type code: expected 08, 0B, 0C, 0D or 0E, found 09")]
    [InlineData("00000800", "dimension count: expected 1 to 8, found 0")]
    [InlineData("00000809", "dimension count: expected 1 to 8, found 9")]
    [InlineData("0000080300000002000000", "truncated: a header of 3 dimensions has 16 bytes, the file ends after 11")]
    [InlineData("00000801FFFFFFFF", "dimension 0: expected 0 to 2147483647, found 4294967295")]
    [InlineData("0000080200000002000000030102030405", "truncated: header says 2 x 3 = 6 bytes, the file ends after 5")]
    [InlineData("00000B0200000002000000030102030405", "truncated: header says 2 x 3 x 2 = 12 bytes, the file ends after 5")]
    [InlineData("00000801000000020102FF", "trailing bytes: header says 2 = 2 bytes, the file goes on after them")]
    [InlineData(
        "0000080300010000000100000001000001",
        "size: header says 65536 x 65536 x 65536 = 281474976710656 bytes, more than the 2147483591 that fit in an array")]
    public void Damage_is_named_by_field_expected_and_found(string hex, string problem)
    {
        // The framework's gzip of nothing is an empty file, which has a message of its own.
        foreach (var name in hex.Length == 0 ? ["bad-idx"] : new[] { "bad-idx", "bad-idx.gz" })
        {
            var path = folder.File(name);
            File.WriteAllBytes(path, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(Convert.FromHexString(hex)) : Convert.FromHexString(hex));
            var fault = Assert.Throws<DataFileException>(() => IdxFile.Read(path));
            Assert.Equal($"{path}: {problem}", fault.Message);
            Assert.Equal(path, fault.File);
        }
    }

    [Theory]
    [InlineData("", "gzip magic: expected 1F8B, found an empty file")]
    [InlineData("0000", "gzip magic: expected 1F8B, found 0000")]
    [InlineData("1F8B08", "truncated: a gzip file has at least 18 bytes, the file ends after 3")]
    [InlineData("1F8B070000000000000300000000000000000000", "gzip method: expected 8 (deflate), found 7")]
    [InlineData("1F8B080400000000000310000000000000000000", "truncated: the gzip header needs 28 bytes and a trailer of 8, the file ends after 20")]
    public void Damaged_gzip_headers_are_named(string hex, string problem)
    {
        var path = folder.File("bad.gz");
        File.WriteAllBytes(path, Convert.FromHexString(hex));
        Assert.Equal($"{path}: {problem}", Assert.Throws<DataFileException>(() => IdxFile.Read(path)).Message);
    }

    [Fact]
    public void A_gzip_trailer_that_does_not_match_is_named()
    {
        var path = folder.File("bad.gz");
        IdxFile.Write(path, new IdxArray(new byte[] { 1, 2, 3 }, 3));
        var bytes = File.ReadAllBytes(path);
        var check = BitConverter.ToUInt32(bytes, bytes.Length - 8);
        bytes[^8] ^= 0xFF;
        File.WriteAllBytes(path, bytes);
        var problem = $"gzip trailer: expected CRC-32 {check:X8} and length 11, found {check ^ 0xFF:X8} and 11 (cut off or damaged)";
        Assert.Equal($"{path}: {problem}", Assert.Throws<DataFileException>(() => IdxFile.Read(path)).Message);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_a_data_file_exception()
    {
        var path = folder.File("cut.gz");
        IdxFile.Write(path, new IdxArray(Noise(3000), 30, 10, 10));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, length));
            Assert.Throws<DataFileException>(() => IdxFile.Read(path));
        }
    }

    [Fact]
    public void A_file_with_one_wrong_byte_is_a_data_file_exception_or_reads_the_same()
    {
        var path = folder.File("flipped.gz");
        var values = Noise(500);
        IdxFile.Write(path, new IdxArray(values, 500));
        var whole = File.ReadAllBytes(path);
        var harmless = 0;
        for (var place = 0; place < whole.Length; place++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[place] ^= 0x55;
            File.WriteAllBytes(path, bytes);
            try
            {
                Assert.Equal(values, IdxFile.Read(path).Values);
                harmless++;
            }
            catch (DataFileException)
            {
                // What is wanted of every byte that matters.
            }
        }

        // Only the header's time, extra flags and system (6 bytes) change nothing.
        Assert.InRange(harmless, 6, 6);
    }

    [Fact]
    public void A_promise_of_two_gigabytes_takes_no_such_memory()
    {
        var path = folder.File("promise");
        File.WriteAllBytes(path, Convert.FromHexString("00000801" + "7FFFFF00" + "01"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFileException>(() => IdxFile.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        var missing = folder.File("missing.gz");
        Assert.Equal($"{missing}: not found", Assert.Throws<DataFileException>(() => IdxFile.Read(missing)).Message);
        Assert.Equal($"{folder.Path}: expected a file, found a folder", Assert.Throws<DataFileException>(() => IdxFile.Read(folder.Path)).Message);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_and_leaves_nothing()
    {
        File.WriteAllText(folder.File("file"), "in the way");
        var path = Path.Combine(folder.File("file"), "a.gz");
        var fault = Assert.Throws<DataFileException>(() => IdxFile.Write(path, new IdxArray(new byte[1], 1)));
        Assert.StartsWith($"{path}: cannot be written: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["file"], folder.Names());
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        Assert.Equal(
            "2 x 3 is 6 values, the array has 5 (Parameter 'dimensions')",
            Assert.Throws<ArgumentException>(() => new IdxArray(new byte[5], 2, 3)).Message);
        Assert.Throws<ArgumentException>(() => new IdxArray(new long[5], 5));
        Assert.Throws<ArgumentException>(() => new IdxArray(new byte[1]));
        Assert.Throws<InvalidOperationException>(() => new IdxArray(new byte[1], 1).As<short>());
        Assert.Throws<InvalidOperationException>(() => new IdxArray(new float[1], 1).ToInt32());
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Crc_has_its_published_check_values(string text, uint check)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Equal(check, Crc32.Append(0, bytes));
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(check, Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    private static byte[] Noise(int count)
    {
        var random = new CounterRandom(5);
        var values = new byte[count];
        for (var k = 0; k < count; k++) values[k] = (byte)random.NextInt(40);

        return values;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
        {
            gzip.Write(content);
            gzip.Flush();
        }

        return memory.ToArray();
    }
}
