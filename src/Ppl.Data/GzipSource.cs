using System.Buffers.Binary;
using System.IO.Compression;
using Ppl.Common;

namespace Ppl.Data;

/// <summary>The bytes of a file, inflated when the file is gzip, with the checks that the framework's GZipStream leaves out.</summary>
/// <remarks>
/// GZipStream ends quietly when the file is cut off. Here the trailer (CRC-32 and length, RFC 1952) must be there and must match,
/// and the compressed data must be followed by nothing else: one member a file, which is what every gzipped data set is.
/// </remarks>
internal sealed class GzipSource : IDisposable
{
    private const int TrailerLength = 8;

    private readonly string name;
    private readonly byte[] file;
    private readonly Stream stream;
    private readonly bool compressed;
    private uint check;
    private long length;

    private GzipSource(string name, byte[] file, Stream stream, bool compressed)
    {
        this.name = name;
        this.file = file;
        this.stream = stream;
        this.compressed = compressed;
    }

    /// <summary>How many bytes were read so far, after inflation.</summary>
    public long Length => length;

    /// <summary>Opens the content; a name that ends in .gz must be gzip, any other name may be.</summary>
    public static GzipSource Open(string name, byte[] file)
    {
        if (file is [0x1F, 0x8B, ..])
        {
            var start = HeaderLength(name, file);
            var body = new MemoryStream(file, start, file.Length - start - TrailerLength, writable: false);
            return new GzipSource(name, file, new DeflateStream(body, CompressionMode.Decompress), compressed: true);
        }

        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            var found = file.Length == 0 ? "an empty file" : Convert.ToHexString(file, 0, Math.Min(2, file.Length));
            throw new DataFileException(name, $"gzip magic: expected 1F8B, found {found}");
        }

        return new GzipSource(name, file, new MemoryStream(file, writable: false), compressed: false);
    }

    /// <summary>Reads until the span is full or the content ends; returns how many bytes there were.</summary>
    public int Read(Span<byte> target)
    {
        try
        {
            var count = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            if (compressed) check = Crc32.Append(check, target[..count]);

            length += count;
            return count;
        }
        catch (InvalidDataException fault)
        {
            throw new DataFileException(name, $"gzip data: damaged after {length} bytes of content", fault);
        }
    }

    /// <summary>Compares the trailer with what was read; call it once everything was read.</summary>
    public void CheckTrailer()
    {
        if (!compressed) return;

        var trailer = file.AsSpan(file.Length - TrailerLength);
        var expected = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (expected != check || size != (uint)length)
        {
            throw new DataFileException(
                name,
                $"gzip trailer: expected CRC-32 {check:X8} and length {(uint)length}, found {expected:X8} and {size} (cut off or damaged)");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static int HeaderLength(string name, byte[] file)
    {
        const int Fixed = 10;
        if (file.Length < Fixed + TrailerLength)
            throw new DataFileException(name,
                $"truncated: a gzip file has at least {Fixed + TrailerLength} bytes, the file ends after {file.Length}");

        if (file[2] != 8) throw new DataFileException(name, $"gzip method: expected 8 (deflate), found {file[2]}");

        var flags = file[3];
        var at = Fixed;
        if ((flags & 4) != 0) at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

        at = (flags & 8) != 0 ? AfterZero(file, at) : at;
        at = (flags & 16) != 0 ? AfterZero(file, at) : at;
        at += (flags & 2) != 0 ? 2 : 0;
        return at <= file.Length - TrailerLength
            ? at
            : throw new DataFileException(name,
                $"truncated: the gzip header needs {at} bytes and a trailer of {TrailerLength}, the file ends after {file.Length}");
    }

    private static int AfterZero(byte[] file, int at)
    {
        var zero = at < file.Length ? file.AsSpan(at).IndexOf((byte)0) : -1;
        return zero < 0 ? file.Length + 1 : at + zero + 1;
    }
}
