using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ppl.Data;

/// <summary>Writes IDX content.</summary>
internal static class IdxWriter
{
    public static void Write(Stream stream, IdxArray array)
    {
        Span<byte> header = stackalloc byte[4 + (4 * array.Dimensions.Count)];
        header[0] = 0;
        header[1] = 0;
        header[2] = (byte)array.Type;
        header[3] = (byte)array.Dimensions.Count;
        for (var i = 0; i < array.Dimensions.Count; i++)
            BinaryPrimitives.WriteInt32BigEndian(header[(4 + (4 * i))..], array.Dimensions[i]);

        stream.Write(header);
        WriteValues(stream, array);
    }

    private static void WriteValues(Stream stream, IdxArray array)
    {
        switch (array.Values)
        {
            case byte[] bytes:
                stream.Write(bytes);
                break;
            case short[] shorts:
                var words = shorts.AsSpan().ToArray();
                IdxReader.Swap16(words);
                stream.Write(MemoryMarshal.AsBytes<short>(words));
                break;
            case int[] ints:
                WriteSwapped(stream, ints);
                break;
            case float[] floats:
                WriteSwapped(stream, MemoryMarshal.Cast<float, int>(floats));
                break;
            case double[] doubles:
                var longs = MemoryMarshal.Cast<double, long>(doubles).ToArray();
                IdxReader.Swap64(longs);
                stream.Write(MemoryMarshal.AsBytes<long>(longs));
                break;
        }
    }

    private static void WriteSwapped(Stream stream, ReadOnlySpan<int> values)
    {
        var words = values.ToArray();
        IdxReader.Swap32(words);
        stream.Write(MemoryMarshal.AsBytes<int>(words));
    }
}
