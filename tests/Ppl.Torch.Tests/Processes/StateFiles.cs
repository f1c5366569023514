using System.IO.Compression;

namespace Ppl.Torch.Tests.Processes;

/// <summary>Saved states of modules, optimizers and single tensors that are not as they were saved.</summary>
internal static class StateFiles
{
    private const int Files = 1500;

    // Between values, headers are few: most changes hit them.
    private const int HeaderBytes = 24;

    public static int Run(string what, int seed)
    {
        manual_seed(seed);
        using var net = nn.BatchNorm1d(2);
        using var adam = optim.Adam(net.parameters(), 0.5);
        using (var loss = net.call(rand(4, 2)).square().sum()) loss.backward();
        adam.step();
        return what switch
        {
            "module" => LoadMany(seed, w => net.save(w), (_, r) => net.load(r)),
            "partly" => LoadMany(seed, w => net.save(w), (_, r) => net.load(r, strict: false)),
            "optimizer" => LoadMany(seed, adam.save_state_dict, (_, r) => adam.load_state_dict(r)),
            "tensor" => LoadMany(seed, net.weight.Save, (s, _) => Tensor.Load(s).Dispose()),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }

    private static int LoadMany(int seed, Action<BinaryWriter> save, Action<Stream, BinaryReader> load)
    {
        var number = 0;
        return Mutation.LoadMany(seed, Files, Saved(save), Change, bytes =>
        {
            var before = Saved(save);
            // Every second stream does not tell its length.
            using Stream stream = number++ % 2 == 0 ? new MemoryStream(bytes) : new GZipStream(Zipped(bytes), CompressionMode.Decompress);
            using var reader = new BinaryReader(stream);
            try
            {
                load(stream, reader);
            }
            catch
            {
                if (!before.SequenceEqual(Saved(save))) throw new InvalidOperationException("A refused file has changed what it was loaded into.");
                throw;
            }
        });
    }

    private static byte[] Change(byte[] sound, Random random)
    {
        if (random.Next(2) == 0) return Mutation.Bytes(sound, random);
        var start = random.Next(Math.Max(1, sound.Length - HeaderBytes));
        var bytes = (byte[])sound.Clone();
        var end = Math.Min(start + random.Next(1, 10), bytes.Length);
        for (var i = start; i < end; i++) bytes[i] = random.Next(2) == 0 ? (byte)0xff : (byte)random.Next(256);
        return bytes;
    }

    private static byte[] Saved(Action<BinaryWriter> save)
    {
        var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        save(writer);
        return memory.ToArray();
    }

    private static MemoryStream Zipped(byte[] bytes)
    {
        var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(bytes);
        memory.Position = 0;
        return memory;
    }
}
