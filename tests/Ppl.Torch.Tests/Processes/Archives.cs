using System.IO.Compression;

namespace Ppl.Torch.Tests.Processes;

/// <summary>Archives of a tensor that are not as they were saved.</summary>
internal static class Archives
{
    private const int Files = 300;

    /// <summary>A few bytes of the file are changed, or its end is cut off. What loads all the same has the right values.</summary>
    public static int Damaged(int seed) => LoadMany(seed, Mutation.Bytes,
        (loaded, saved) => loaded.requires_grad && loaded.data<float>().SequenceEqual(saved.data<float>()));

    /// <summary>A record is changed, and the archive is a sound one of such records.</summary>
    public static int Forged(int seed) => LoadMany(seed, ChangeRecord, (loaded, _) => loaded.ToString().Length > 0);

    private static int LoadMany(int seed, Func<byte[], Random, byte[]> change, Func<Tensor, Tensor, bool> isRight)
    {
        var path = Path.GetTempFileName();
        using var saved = rand(3, 4, requires_grad: true);
        saved.save(path);
        var result = Mutation.LoadMany(seed, Files, File.ReadAllBytes(path), change, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using var loaded = Tensor.load(path);
            if (!isRight(loaded, saved)) throw new InvalidOperationException("A file loads with other values.");
        });
        File.Delete(path);
        return result;
    }

    private static byte[] ChangeRecord(byte[] archive, Random random)
    {
        var result = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(archive)))
        using (var target = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            var chosen = random.Next(3) == 0 ? source.Entries[random.Next(source.Entries.Count)].Name : "data.pkl";
            var fate = random.Next(20);
            foreach (var entry in source.Entries.Where(e => e.Name != chosen || fate != 0))
            {
                var content = new MemoryStream();
                using (var stream = entry.Open()) stream.CopyTo(content);
                using var copy = target.CreateEntry(entry.FullName, fate == 1 ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                copy.Write(entry.Name == chosen && fate > 1 ? Mutation.Bytes(content.ToArray(), random) : content.ToArray());
            }
        }
        return result.ToArray();
    }
}
