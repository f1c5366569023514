using System.Collections.Concurrent;

namespace Ppl.Data;

/// <summary>Tables from bytes to intensities, and to the bounds below which a 32-bit uniform means one.</summary>
internal static class Intensities
{
    private static readonly ConcurrentDictionary<int, float[]> Tables = new();
    private static readonly ConcurrentDictionary<int, long[]> Bounds = new();

    /// <summary>byte / white for each byte.</summary>
    public static float[] Of(int white)
        => Tables.GetOrAdd(white, static white => Array.ConvertAll(Range(white), value => value / (float)white));

    /// <summary>(byte / white) 2^32 for each byte, rounded; 64 bits wide because that of white is 2^32.</summary>
    public static long[] BoundsOf(int white)
        => Bounds.GetOrAdd(white, static white => Array.ConvertAll(Range(white), value => Bound((double)value / white)));

    /// <summary>p 2^32, rounded.</summary>
    public static long Bound(double p) => (long)Math.Round(p * 4294967296.0);

    private static int[] Range(int white) => [.. Enumerable.Range(0, white + 1)];
}
