namespace Ppl.Torch.Tests.Processes;

/// <summary>Loads files of which a part was changed: each loads or is refused by an exception that names what is wrong.</summary>
internal static class Mutation
{
    // What loading a small file may add to the process at most: .NET itself takes 150 MB when it compiles more code.
    private const long MaxGrowth = 1L << 29;

    /// <summary>Writes what it does before it does it, and the number of refused files last.</summary>
    public static int LoadMany(int seed, int files, byte[] sound, Func<byte[], Random, byte[]> change, Action<byte[]> load)
    {
        var random = new Random(seed);
        load(sound);
        var memory = Memory.Peak();
        var refused = 0;
        for (var i = 0; i < files; i++)
        {
            Console.Write($"{i}: ");
            try
            {
                load(change(sound, random));
                Console.WriteLine("loaded");
            }
            catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or ArgumentException)
            {
                Console.WriteLine($"{fault.GetType().Name}: {fault.Message}");
                refused++;
            }
        }
        var growth = Memory.Peak() - memory;
        if (growth > MaxGrowth) throw new InvalidOperationException($"Files of {sound.Length} bytes took {growth} bytes of memory.");
        Console.WriteLine(refused);
        return 0;
    }

    /// <summary>Up to four bytes are others, or the end is missing, or all is zero.</summary>
    public static byte[] Bytes(byte[] sound, Random random)
    {
        var kind = random.Next(10);
        if (sound.Length == 0 || kind == 0) return new byte[random.Next(1000)];
        if (kind <= 2) return sound[..random.Next(sound.Length)];
        var bytes = (byte[])sound.Clone();
        for (var change = random.Next(4); change >= 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
