using System.Buffers.Binary;
using System.IO.Compression;

namespace Ppl.Data;

/// <summary>Decodes the one kind of PNG that OMNIGLOT is published in: 1-bit grey, not interlaced.</summary>
internal static class OneBitPng
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>One byte a pixel, row by row: 1 where the picture is black.</summary>
    /// <exception cref="DataFileException">Another kind of picture, or a damaged one.</exception>
    public static byte[] DecodeInk(string name, ReadOnlySpan<byte> file, int width, int height)
    {
        if (!file.StartsWith(Signature)) throw new DataFileException(name, "expected a PNG picture, found another file");

        using var compressed = new MemoryStream();
        var ended = false;
        for (var at = Signature.Length; !ended;)
        {
            var length = at + 12 <= file.Length ? BinaryPrimitives.ReadInt32BigEndian(file[at..]) : -1;
            if (length < 0 || length > file.Length - at - 12)
                throw new DataFileException(name, $"truncated: a chunk at byte {at} goes beyond the end of the file");

            var body = file.Slice(at + 8, length);
            var type = BinaryPrimitives.ReadUInt32BigEndian(file[(at + 4)..]);
            switch (type)
            {
                case 0x49484452: // IHDR
                    CheckHeader(name, body, width, height);
                    break;
                case 0x49444154: // IDAT
                    compressed.Write(body);
                    break;
                case 0x49454E44: // IEND
                    ended = true;
                    break;
            }

            at += 12 + length;
        }

        compressed.Position = 0;
        return Unpack(name, compressed, width, height);
    }

    private static void CheckHeader(string name, ReadOnlySpan<byte> header, int width, int height)
    {
        Span<byte> expected = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(expected, width);
        BinaryPrimitives.WriteInt32BigEndian(expected[4..], height);
        expected[8] = 1;
        expected[9..].Clear();
        if (!header.SequenceEqual(expected))
        {
            throw new DataFileException(
                name, $"PNG header: expected {Convert.ToHexString(expected)} (1-bit grey, {width} x {height}), found {Convert.ToHexString(header)}");
        }
    }

    private static byte[] Unpack(string name, Stream compressed, int width, int height)
    {
        var stride = (width + 7) / 8;
        var rows = new byte[height * (stride + 1)];
        try
        {
            using var zlib = new ZLibStream(compressed, CompressionMode.Decompress);
            zlib.ReadExactly(rows);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new DataFileException(name, $"PNG data: damaged or cut off ({fault.Message})", fault);
        }

        var ink = new byte[width * height];
        var above = new byte[stride].AsSpan();
        for (var y = 0; y < height; y++)
        {
            var filter = rows[y * (stride + 1)];
            var row = rows.AsSpan((y * (stride + 1)) + 1, stride);
            Unfilter(name, filter, row, above);
            for (var x = 0; x < width; x++) ink[(y * width) + x] = (byte)(1 ^ ((row[x >> 3] >> (7 - (x & 7))) & 1));

            above = row;
        }

        return ink;
    }

    /// <summary>Undoes a row's filter; with less than a byte a pixel, the left neighbour is the byte before.</summary>
    private static void Unfilter(string name, byte filter, Span<byte> row, ReadOnlySpan<byte> above)
    {
        for (var k = 0; k < row.Length; k++)
        {
            int left = k > 0 ? row[k - 1] : 0, up = above[k], corner = k > 0 ? above[k - 1] : 0;
            row[k] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => throw new DataFileException(name, $"PNG filter: expected 0 to 4, found {filter}"),
            });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left
            : toUp <= toCorner ? up
            : corner;
    }
}
