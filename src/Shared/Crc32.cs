using System.Buffers.Binary;

namespace Ppl.Common;

/// <summary>CRC-32 with the reflected polynomial 0xEDB88320, as gzip (RFC 1952) and PNG use it.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    // Eight tables let eight bytes be folded in at a time (Kounavis and Berry 2005, "slicing by 8"): table k is k zero bytes ahead.
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The check value of the bytes that <paramref name="check"/> covers, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint check, ReadOnlySpan<byte> data)
    {
        var crc = ~check;
        var (t0, t1, t2, t3) = (Tables[0], Tables[1], Tables[2], Tables[3]);
        var (t4, t5, t6, t7) = (Tables[4], Tables[5], Tables[6], Tables[7]);
        while (data.Length >= 8)
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = t7[low & 0xFF] ^ t6[(low >> 8) & 0xFF] ^ t5[(low >> 16) & 0xFF] ^ t4[low >> 24]
                ^ t3[high & 0xFF] ^ t2[(high >> 8) & 0xFF] ^ t1[(high >> 16) & 0xFF] ^ t0[high >> 24];
            data = data[8..];
        }

        foreach (var value in data) crc = t0[(crc ^ value) & 0xFF] ^ (crc >> 8);

        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        tables[0] = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;

            tables[0][i] = crc;
        }

        for (var k = 1; k < 8; k++)
        {
            tables[k] = new uint[256];
            for (var i = 0; i < 256; i++)
            {
                var crc = tables[k - 1][i];
                tables[k][i] = tables[0][crc & 0xFF] ^ (crc >> 8);
            }
        }

        return tables;
    }
}
