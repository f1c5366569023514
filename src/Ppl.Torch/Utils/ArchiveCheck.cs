using System.IO.Compression;
using Ppl.Common;

namespace TorchSharp.Utils;

/// <summary>
/// libtorch's archives are ZIP files of which libtorch reads the records without a look at their checksums, and a damaged one can make it
/// read outside of its memory. So the checksums are compared first.
/// </summary>
internal static class ArchiveCheck
{
    private const int PieceLength = 1 << 20;

    /// <exception cref="InvalidDataException">The file is no archive, or is damaged.</exception>
    public static void Verify(string location)
    {
        using var archive = Open(location);
        var piece = new byte[PieceLength];
        foreach (var record in archive.Entries)
        {
            using var content = record.Open();
            var (check, length) = (0u, 0L);
            for (int count; (count = content.Read(piece)) > 0; length += count) check = Crc32.Append(check, piece.AsSpan(0, count));
            if (check != record.Crc32 || length != record.Length) throw new InvalidDataException($"{location} is damaged: the record '{record.FullName}' has another checksum than when it was saved.");
        }
    }

    private static ZipArchive Open(string location)
    {
        try
        {
            return ZipFile.OpenRead(location);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{location} is no archive of a tensor, or its end is missing.", e);
        }
    }
}
