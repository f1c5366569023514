namespace Ppl.Torch.Tests.Processes;

/// <summary>Loads libtorch's archives after a few of their bytes were changed, or their end cut off.</summary>
internal static class Archives
{
    private const int Files = 300;

    /// <summary>Writes the number of refused files last. It is 1 where a file loads with other values.</summary>
    public static int Run(int seed)
    {
        var random = new Random(seed);
        var path = Path.GetTempFileName();
        using var saved = rand(3, 4, requires_grad: true);
        saved.save(path);
        var sound = File.ReadAllBytes(path);
        var refused = 0;
        for (var i = 0; i < Files; i++)
        {
            var bytes = (byte[])sound.Clone();
            for (var change = random.Next(4); change >= 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, i % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            Console.WriteLine(i);
            try
            {
                using var loaded = Tensor.load(path);
                if (!loaded.requires_grad || !loaded.data<float>().SequenceEqual(saved.data<float>())) return 1;
            }
            catch (Exception fault) when (fault is System.Runtime.InteropServices.ExternalException or InvalidDataException)
            {
                refused++;
            }
        }
        File.Delete(path);
        Console.WriteLine(refused);
        return 0;
    }
}
