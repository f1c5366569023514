using System.Buffers.Binary;
using System.IO.Compression;
using Ppl.Common;

namespace Ppl.Reporting;

/// <summary>Writes PNG files (ISO/IEC 15948): 8-bit grey or RGB, not interlaced, filter chosen for each row.</summary>
public static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a grey picture. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced. Its folder is made when it is not there.</param>
    /// <param name="pixels">[height × width] levels, row by row, 0 black to 255 white.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void WriteGrey(string path, ReadOnlyMemory<byte> pixels, int width, int height)
        => Write(path, pixels, width, height, channels: 1);

    /// <summary>Writes a colour picture. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced. Its folder is made when it is not there.</param>
    /// <param name="pixels">[height × width × 3] levels, row by row: red, green, blue of each pixel.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void WriteRgb(string path, ReadOnlyMemory<byte> pixels, int width, int height)
        => Write(path, pixels, width, height, channels: 3);

    /// <summary>Encodes a picture.</summary>
    /// <param name="stream">Where it goes.</param>
    /// <param name="pixels">[height × width × channels] levels.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    public static void Encode(Stream stream, ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "expected 1 (grey) or 3 (RGB)");

        if (pixels.Length != (long)width * height * channels)
            throw new ArgumentException($"{height} x {width} x {channels} is {(long)width * height * channels} bytes, found {pixels.Length}",
                nameof(pixels));

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 1 ? 0 : 2);
        header[10..].Clear();

        stream.Write(Signature);
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Compress(pixels, width * channels, channels));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void Write(string path, ReadOnlyMemory<byte> pixels, int width, int height, int channels)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
            AtomicFile.Write(path, stream => Encode(stream, pixels.Span, width, height, channels));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(path, fault.Message, fault);
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> pixels, int stride, int pixelBytes)
    {
        using var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var above = new byte[stride].AsSpan();
            var best = new byte[stride + 1];
            var trial = new byte[stride + 1];
            for (var start = 0; start < pixels.Length; start += stride)
            {
                var row = pixels.Slice(start, stride);
                ChooseFilter(row, above, pixelBytes, ref best, ref trial);
                zlib.Write(best);
                row.CopyTo(above);
            }
        }

        return memory.ToArray();
    }

    /// <summary>Keeps the filter with the smallest sum of absolute differences, the standard's own advice (section 12.8).</summary>
    private static void ChooseFilter(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixelBytes, ref byte[] best, ref byte[] trial)
    {
        var smallest = long.MaxValue;
        for (byte filter = 0; filter < 5; filter++)
        {
            trial[0] = filter;
            long sum = 0;
            for (var k = 0; k < row.Length; k++)
            {
                var left = k >= pixelBytes ? row[k - pixelBytes] : (byte)0;
                var corner = k >= pixelBytes ? above[k - pixelBytes] : (byte)0;
                var difference = (byte)(row[k] - Predict(filter, left, above[k], corner));
                trial[k + 1] = difference;
                sum += Math.Abs((int)(sbyte)difference);
            }

            if (sum < smallest)
            {
                smallest = sum;
                (best, trial) = (trial, best);
            }
        }
    }

    private static int Predict(byte filter, byte left, byte up, byte corner) => filter switch
    {
        0 => 0,
        1 => left,
        2 => up,
        3 => (left + up) / 2,
        _ => Paeth(left, up, corner),
    };

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return toLeft <= toUp && toLeft <= toCorner ? left
            : toUp <= toCorner ? up
            : corner;
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, type), data));
        stream.Write(number);
    }
}
