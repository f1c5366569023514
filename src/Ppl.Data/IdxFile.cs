using System.Globalization;
using System.IO.Compression;
using Ppl.Common;

namespace Ppl.Data;

/// <summary>Reads and writes the IDX format of MNIST, plain or gzipped.</summary>
/// <remarks>
/// Layout: two zero bytes, a type code, the number of dimensions n; n big-endian 32-bit sizes; the values in row-major order,
/// big-endian (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
/// </remarks>
public static class IdxFile
{
    /// <summary>More dimensions than this are taken for a damaged header.</summary>
    public const int MaximalDimensions = 8;

    /// <summary>Reads a file; gzip is recognised by its content, and demanded where the name ends in .gz.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">Missing, unreadable, damaged, truncated, or followed by further bytes.</exception>
    public static IdxArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IdxReader.Parse(path, DataFile.ReadAll(path));
    }

    /// <summary>Reads a stream to its end; <paramref name="name"/> stands for the file in error messages.</summary>
    /// <param name="stream">The content, plain or gzipped.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DataFileException">Unreadable, damaged, truncated, or followed by further bytes.</exception>
    public static IdxArray Read(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var memory = new MemoryStream();
        try
        {
            stream.CopyTo(memory);
        }
        catch (Exception fault) when (fault is IOException or NotSupportedException)
        {
            throw new DataFileException(name, $"cannot be read: {fault.Message}", fault);
        }

        return IdxReader.Parse(name, memory.ToArray());
    }

    /// <summary>Writes an array, gzipped where the name ends in .gz. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <param name="array">What to write.</param>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void Write(string path, IdxArray array)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(array);
        try
        {
            AtomicFile.Write(path, stream =>
            {
                if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    using var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
                    IdxWriter.Write(gzip, array);
                }
                else
                {
                    IdxWriter.Write(stream, array);
                }
            });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Sizes as messages show them: 60000 x 28 x 28.</summary>
    internal static string Shape(ReadOnlySpan<int> dimensions)
        => string.Join(" x ", Array.ConvertAll(dimensions.ToArray(), size => size.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Bytes of one value.</summary>
    internal static int ElementSize(IdxType type) => type switch
    {
        IdxType.UnsignedByte => 1,
        IdxType.Int16 => 2,
        IdxType.Int32 or IdxType.Float => 4,
        IdxType.Double => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such IDX type"),
    };
}
