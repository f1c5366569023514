using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Ppl.Common;

namespace Ppl.Inference.Checkpoints;

/// <summary>
/// The container: a zip archive with <c>manifest.json</c> and a few binary parts, stored uncompressed since weights do not compress.
/// Written beside the target and renamed over it; read whole and checked against the manifest's hashes before anybody sees it.
/// </summary>
internal static class CheckpointArchive
{
    private const string ManifestName = "manifest.json";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static void Write(string path, CheckpointManifest manifest, IReadOnlyDictionary<string, byte[]> parts)
    {
        var entries = parts.ToDictionary(p => p.Key, p => new PartEntry(p.Value.LongLength, Hash(p.Value)));
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            WriteEntry(archive, ManifestName, JsonSerializer.SerializeToUtf8Bytes(manifest with { Parts = entries }, Json));
            foreach (var (name, bytes) in parts) WriteEntry(archive, name, bytes);
        });
    }

    /// <exception cref="CheckpointException">The file is missing, cut short, damaged, or not a checkpoint of this version.</exception>
    public static (CheckpointManifest Manifest, IReadOnlyDictionary<string, byte[]> Parts) Read(string path)
    {
        if (!File.Exists(path)) throw new CheckpointException(path, "the file does not exist");
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var manifest = ReadManifest(path, archive);
            var parts = new Dictionary<string, byte[]>();
            foreach (var (name, entry) in manifest.Parts) parts[name] = ReadPart(path, archive, name, entry);
            return (manifest, parts);
        }
        catch (InvalidDataException fault)
        {
            throw new CheckpointException(path, "the file is cut short or is not a checkpoint (no complete zip archive)", fault);
        }
        catch (JsonException fault)
        {
            throw new CheckpointException(path, $"{ManifestName} cannot be read: {fault.Message}", fault);
        }
        catch (IOException fault) when (fault is not CheckpointException)
        {
            throw new CheckpointException(path, fault.Message, fault);
        }
    }

    private static CheckpointManifest ReadManifest(string path, ZipArchive archive)
    {
        var bytes = ReadEntry(archive, ManifestName)
            ?? throw new CheckpointException(path, $"the archive has no {ManifestName}: it is not a checkpoint");
        using (var document = JsonDocument.Parse(bytes))
        {
            var root = document.RootElement;
            var format = root.TryGetProperty(nameof(CheckpointManifest.Format), out var f) ? f.ToString() : "";
            if (format != CheckpointManifest.FormatName)
                throw new CheckpointException(path, $"its format is '{format}', expected '{CheckpointManifest.FormatName}'");
            var version = root.TryGetProperty(nameof(CheckpointManifest.Version), out var v) ? v.ToString() : "";
            if (version != $"{CheckpointManifest.CurrentVersion}")
                throw new CheckpointException(path, $"its version is {version}; this library reads {CheckpointManifest.CurrentVersion}");
        }

        return JsonSerializer.Deserialize<CheckpointManifest>(bytes, Json)
            ?? throw new CheckpointException(path, $"{ManifestName} is empty");
    }

    private static byte[] ReadPart(string path, ZipArchive archive, string name, PartEntry expected)
    {
        var bytes = ReadEntry(archive, name) ?? throw new CheckpointException(path, $"part '{name}' is missing");
        if (bytes.LongLength != expected.Length)
            throw new CheckpointException(path, $"part '{name}' has {bytes.LongLength} bytes, expected {expected.Length}");
        if (Hash(bytes) != expected.Sha256) throw new CheckpointException(path, $"part '{name}' is damaged: its SHA-256 differs");
        return bytes;
    }

    private static byte[]? ReadEntry(ZipArchive archive, string name)
    {
        if (archive.GetEntry(name) is not { } entry) return null;
        using var stream = entry.Open();
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static void WriteEntry(ZipArchive archive, string name, byte[] bytes)
    {
        using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(bytes);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
