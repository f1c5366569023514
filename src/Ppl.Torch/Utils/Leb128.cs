namespace TorchSharp.Utils;

/// <summary>Integers in LEB128: seven bits a byte, the low ones first, the high bit set where more follow.</summary>
internal static class Leb128
{
    internal static void Encode(this BinaryWriter writer, long value)
    {
        var rest = (ulong)value;
        do
        {
            var part = (byte)(rest & 0x7f);
            rest >>= 7;
            writer.Write(rest == 0 ? part : (byte)(part | 0x80));
        }
        while (rest != 0);
    }

    internal static long Decode(this BinaryReader reader)
    {
        var result = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = reader.ReadByte();
            result |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return (long)result;
        }
        throw new InvalidDataException("an integer of this file is longer than 64 bits");
    }
}
