using System.Buffers.Binary;
using System.Text;

namespace Ppl.Torch.Tests.Interop;

/// <summary>The functions that a 64-bit little-endian ELF library exports for good (weak ones are the compiler's copies of templates).</summary>
internal static class ElfExports
{
    private const int DynamicSymbols = 11;
    private const int SymbolSize = 24;
    private const int Global = 1;
    private const int Function = 2;

    public static IReadOnlySet<string> Of(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        var headers = (int)BinaryPrimitives.ReadInt64LittleEndian(file[0x28..]);
        var headerSize = BinaryPrimitives.ReadUInt16LittleEndian(file[0x3A..]);
        var sections = BinaryPrimitives.ReadUInt16LittleEndian(file[0x3C..]);
        var names = new HashSet<string>();
        for (var s = 0; s < sections; s++)
        {
            var section = file[(headers + (s * headerSize))..];
            if (BinaryPrimitives.ReadInt32LittleEndian(section[4..]) != DynamicSymbols) continue;
            var link = BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]);
            Read(Content(file, section), Content(file, file[(headers + (link * headerSize))..]), names);
        }
        return names;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file, ReadOnlySpan<byte> section) =>
        file.Slice((int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]), (int)BinaryPrimitives.ReadInt64LittleEndian(section[0x20..]));

    private static void Read(ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> strings, HashSet<string> names)
    {
        for (var at = 0; at < symbols.Length; at += SymbolSize)
        {
            var (info, section) = (symbols[at + 4], BinaryPrimitives.ReadUInt16LittleEndian(symbols[(at + 6)..]));
            if (info >> 4 != Global || (info & 0xF) != Function || section == 0) continue;
            var name = strings[BinaryPrimitives.ReadInt32LittleEndian(symbols[at..])..];
            names.Add(Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]));
        }
    }
}
