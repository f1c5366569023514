using Ppl.Data;

namespace Ppl.Examples.Vae;

/// <summary>Opens the set that <c>--set</c> names.</summary>
internal static class NamedSets
{
    /// <summary>Opens the chosen set, after its download where that is asked for.</summary>
    public static TrainAndTest Open(Options options)
    {
        var name = options.Set ?? (options.Download ? "mnist" : null);
        if (options.Download) KnownDataset.Find(name!).DownloadAsync(options.DataFolder, Console.WriteLine).GetAwaiter().GetResult();
        return TrainAndTest.Open(options.DataFolder, name, options.Smoke);
    }
}
