using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ppl.Data;

/// <summary>Parses IDX content. Nothing is believed: memory grows with the bytes that are there, not with those the header promises.</summary>
internal static class IdxReader
{
    private const int Chunk = 1 << 20;

    public static IdxArray Parse(string name, byte[] file)
    {
        using var source = GzipSource.Open(name, file);
        var (type, dimensions) = ReadHeader(name, source);
        var size = ByteCount(name, type, dimensions);
        var bytes = ReadValues(name, source, dimensions, IdxFile.ElementSize(type), size);

        Span<byte> extra = stackalloc byte[1];
        if (source.Read(extra) > 0)
            throw new DataFileException(name, $"trailing bytes: {Promise(dimensions, IdxFile.ElementSize(type), size)}, the file goes on after them");

        source.CheckTrailer();
        return new IdxArray(ToValues(type, bytes), dimensions);
    }

    private static (IdxType Type, int[] Dimensions) ReadHeader(string name, GzipSource source)
    {
        Span<byte> magic = stackalloc byte[4];
        var found = source.Read(magic);
        if (found < 4) throw new DataFileException(name, $"truncated: the magic number has 4 bytes, the file ends after {found}");

        if (magic[0] != 0 || magic[1] != 0)
            throw new DataFileException(name, $"magic number: expected 0000 in its first two bytes, found {Convert.ToHexString(magic[..2])}");

        if (!Enum.IsDefined((IdxType)magic[2]))
            throw new DataFileException(name, $"type code: expected 08, 0B, 0C, 0D or 0E, found {magic[2]:X2}");

        if (magic[3] is 0 or > IdxFile.MaximalDimensions)
            throw new DataFileException(name, $"dimension count: expected 1 to {IdxFile.MaximalDimensions}, found {magic[3]}");

        return ((IdxType)magic[2], ReadDimensions(name, source, magic[3]));
    }

    private static int[] ReadDimensions(string name, GzipSource source, int count)
    {
        Span<byte> sizes = stackalloc byte[4 * count];
        var found = source.Read(sizes);
        if (found < sizes.Length)
            throw new DataFileException(name,
                $"truncated: a header of {count} dimensions has {4 + sizes.Length} bytes, the file ends after {4 + found}");

        var dimensions = new int[count];
        for (var i = 0; i < count; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(sizes[(4 * i)..]);
            if (dimensions[i] < 0)
                throw new DataFileException(name, $"dimension {i}: expected 0 to {int.MaxValue}, found {(uint)dimensions[i]}");
        }

        return dimensions;
    }

    private static int ByteCount(string name, IdxType type, int[] dimensions)
    {
        var size = new BigInteger(IdxFile.ElementSize(type));
        foreach (var dimension in dimensions) size *= dimension;

        return size <= Array.MaxLength
            ? (int)size
            : throw new DataFileException(name,
                $"size: {Promise(dimensions, IdxFile.ElementSize(type), size)}, more than the {Array.MaxLength} that fit in an array");
    }

    private static byte[] ReadValues(string name, GzipSource source, int[] dimensions, int elementSize, int size)
    {
        var start = source.Length;
        var bytes = new byte[Math.Min(size, Chunk)];
        var have = 0;
        while (have < size)
        {
            if (have == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(size, 2L * bytes.Length));

            var read = source.Read(bytes.AsSpan(have));
            have += read;
            if (have < bytes.Length)
            {
                throw new DataFileException(
                    name, $"truncated: {Promise(dimensions, elementSize, size)}, the file ends after {source.Length - start}");
            }
        }

        return bytes;
    }

    private static string Promise(int[] dimensions, int elementSize, BigInteger size)
    {
        var width = elementSize == 1 ? string.Empty : $" x {elementSize}";
        return $"header says {IdxFile.Shape(dimensions)}{width} = {size} bytes";
    }

    private static Array ToValues(IdxType type, byte[] bytes)
    {
        switch (type)
        {
            case IdxType.UnsignedByte:
                return bytes;
            case IdxType.Int16:
                var shorts = MemoryMarshal.Cast<byte, short>(bytes).ToArray();
                Swap16(shorts);
                return shorts;
            case IdxType.Int32:
                var ints = MemoryMarshal.Cast<byte, int>(bytes).ToArray();
                Swap32(ints);
                return ints;
            case IdxType.Float:
                var floats = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
                Swap32(MemoryMarshal.Cast<float, int>(floats.AsSpan()));
                return floats;
            default:
                var doubles = MemoryMarshal.Cast<byte, double>(bytes).ToArray();
                Swap64(MemoryMarshal.Cast<double, long>(doubles.AsSpan()));
                return doubles;
        }
    }

    /// <summary>Big-endian to this machine's order, or back: the same operation.</summary>
    internal static void Swap16(Span<short> values)
    {
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(values, values);
    }

    /// <inheritdoc cref="Swap16"/>
    internal static void Swap32(Span<int> values)
    {
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(values, values);
    }

    /// <inheritdoc cref="Swap16"/>
    internal static void Swap64(Span<long> values)
    {
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(values, values);
    }
}
