using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ppl.Common;

namespace Ppl.Inference.Checkpoints;

/// <summary>
/// The container: a zip archive of <c>manifest.json</c> and a few binary parts, stored uncompressed since weights do not compress. Its
/// comment, the last 64 bytes of the file, is the seal: the SHA-256 of everything before it.
/// </summary>
/// <remarks>
/// Written beside the target and renamed over it. The seal is checked before anything is parsed, so that a cut or damaged file ends there.
/// A part is read as far as the reader needs and never further: a file cannot ask for more memory than the model.
/// </remarks>
internal sealed class CheckpointFile : IDisposable
{
    /// <summary>The most bytes of a manifest: one of a model with tens of thousands of tensors has a tenth.</summary>
    public const long LargestManifest = 16 << 20;

    private const string ManifestName = "manifest.json";
    private const int SealLength = 2 * SHA256.HashSizeInBytes;
    private readonly FileStream file;
    private readonly ZipArchive archive;

    private CheckpointFile(string path, FileStream file, ZipArchive archive) => (Path, this.file, this.archive) = (path, file, archive);

    /// <summary>The file, as the caller named it.</summary>
    public string Path { get; }

    public static void Write(string path, byte[] manifest, IReadOnlyList<(string Name, Action<Stream> Write)> parts)
    {
        (string, Action<Stream>)[] entries = [(ManifestName, content => content.Write(manifest)), .. parts];
        AtomicFile.Write(path, stream =>
        {
            WriteArchive(stream, entries);
            var seal = Seal(stream);
            stream.Position = stream.Length - SealLength;
            stream.Write(Encoding.ASCII.GetBytes(seal));
        });
    }

    /// <summary>Opens a file and checks its seal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="manifest">The bytes of its manifest.</param>
    /// <exception cref="CheckpointException">The file is missing, cut short, damaged, or no checkpoint of this version.</exception>
    public static CheckpointFile Open(string path, out byte[] manifest)
    {
        if (TargetFile.OtherThanFile(path) is { } other) throw new CheckpointException(path, $"it is {other}");
        if (!File.Exists(path)) throw new CheckpointException(path, "the file does not exist");
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var isSealed = IsSealed(path, stream);
            var opened = new CheckpointFile(path, stream, OpenArchive(path, stream));
            manifest = opened.ReadManifest();
            ManifestReader.CheckVersion(path, manifest);
            if (!isSealed) throw new CheckpointException(path, "the file is damaged: its checksum is not where it belongs");
            return opened;
        }
        catch (CheckpointException)
        {
            stream?.Dispose();
            throw;
        }
        catch (Exception fault)
        {
            // Whatever the archive's reader says of bytes that it was not made for.
            stream?.Dispose();
            throw new CheckpointException(path, $"it cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Opens a part of a length that the reader knows.</summary>
    /// <param name="name">The part.</param>
    /// <param name="least">The fewest bytes that it can have.</param>
    /// <param name="most">The most.</param>
    /// <exception cref="CheckpointException">The part is missing, compressed, or of another length.</exception>
    public Stream OpenPart(string name, long least, long most)
    {
        var entry = Entry(name) ?? throw new CheckpointException(Path, $"part '{name}' is missing");
        if (entry.Length < least || entry.Length > most)
        {
            var expected = least == most ? $"{least}" : $"{least} to {most}";
            throw new CheckpointException(Path, $"part '{name}' has {entry.Length} bytes, expected {expected}");
        }

        try
        {
            return new PartStream(entry.Open(), entry.Length);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw new CheckpointException(Path, $"part '{name}' cannot be read: {fault.Message}", fault);
        }
    }

    public void Dispose()
    {
        archive.Dispose();
        file.Dispose();
    }

    private byte[] ReadManifest()
    {
        var entry = Entry(ManifestName) ?? throw new CheckpointException(Path, $"the archive has no {ManifestName}: it is not a checkpoint");
        if (entry.Length > LargestManifest)
            throw new CheckpointException(Path, $"{ManifestName} has {entry.Length} bytes, expected at most {LargestManifest}");
        var bytes = new byte[entry.Length];
        using var content = new PartStream(entry.Open(), entry.Length);
        content.ReadExactly(bytes);
        return bytes;
    }

    // Parts are stored as they are: one that would grow while it is read is no part of a checkpoint.
    private ZipArchiveEntry? Entry(string name)
    {
        var found = archive.Entries.Where(entry => entry.FullName == name).Take(2).ToList();
        if (found.Count > 1) throw new CheckpointException(Path, $"part '{name}' is there twice");
        if (found.Count == 1 && found[0].CompressedLength != found[0].Length)
            throw new CheckpointException(Path, $"part '{name}' is compressed: this library stores parts as they are");
        return found.SingleOrDefault();
    }

    private static void WriteArchive(Stream stream, (string Name, Action<Stream> Write)[] entries)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, write) in entries)
        {
            using var content = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            write(content);
        }

        archive.Comment = new string('0', SealLength);
    }

    /// <summary>Whether the file ends with the checksum of the rest. Files of other formats, and of the first version, do not.</summary>
    private static bool IsSealed(string path, FileStream stream)
    {
        if (stream.Length <= SealLength) return false;
        stream.Position = stream.Length - SealLength;
        var end = new byte[SealLength];
        stream.ReadExactly(end);
        var expected = Encoding.ASCII.GetString(end);
        if (!expected.All(char.IsAsciiHexDigitLower)) return false;
        var found = Seal(stream);
        return found == expected
            ? true
            : throw new CheckpointException(path, $"the file is cut short or damaged: its SHA-256 is {found}, expected {expected}");
    }

    private static string Seal(Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        stream.Position = 0;
        for (var left = stream.Length - SealLength; left > 0;)
        {
            var count = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (count == 0) throw new EndOfStreamException("the file became shorter while it was read");
            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ZipArchive OpenArchive(string path, FileStream stream)
    {
        try
        {
            stream.Position = 0;
            var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);

            // The directory is read now, so that its faults are found here.
            _ = archive.Entries;
            return archive;
        }
        catch (InvalidDataException fault)
        {
            throw new CheckpointException(path, "the file is cut short or is not a checkpoint (no complete zip archive)", fault);
        }
    }
}
