using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ppl.Inference.Tests.Training;

/// <summary>Takes checkpoints apart and writes others, with a seal that is right: what a person does who means to deceive.</summary>
internal static class Forge
{
    private const int SealLength = 64;

    /// <summary>The parts of a checkpoint.</summary>
    public static Dictionary<string, byte[]> Parts(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    /// <summary>Writes a checkpoint with parts of one's own, sealed.</summary>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, byte[]>> parts, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using (var stream = File.Create(path))
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in parts)
            {
                using var content = archive.CreateEntry(name, compression).Open();
                content.Write(bytes);
            }

            archive.Comment = new string('0', SealLength);
        }

        File.WriteAllBytes(path, Seal(File.ReadAllBytes(path)));
    }

    /// <summary>Changes the parts of a checkpoint, and seals it again.</summary>
    public static void Change(string path, Action<Dictionary<string, byte[]>> change)
    {
        var parts = Parts(path);
        change(parts);
        Write(path, parts);
    }

    /// <summary>Changes the manifest of a checkpoint, and seals it again.</summary>
    public static void ChangeManifest(string path, Action<JsonObject> change) => Change(path, parts =>
    {
        var manifest = JsonNode.Parse(parts["manifest.json"])!.AsObject();
        change(manifest);
        parts["manifest.json"] = Encoding.UTF8.GetBytes(manifest.ToJsonString());
    });

    /// <summary>The bytes with the seal that they should have.</summary>
    public static byte[] Seal(byte[] file)
    {
        var seal = Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(..^SealLength)));
        return [.. file.AsSpan(..^SealLength), .. Encoding.ASCII.GetBytes(seal)];
    }
}
