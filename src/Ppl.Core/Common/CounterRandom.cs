namespace Ppl.Common;

/// <summary>
/// A random stream that is a pure function of a key: SplitMix64 (Steele, Lea and Flood 2014), whose output n is a bijective mix of
/// key + n·γ. Any draw can be had without the draws before it, so that results do not depend on order or on threads.
/// </summary>
internal struct CounterRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private const ulong Gamma2 = unchecked(2 * Gamma);
    private const ulong Gamma3 = unchecked(3 * Gamma);
    private ulong state;

    public CounterRandom(ulong key) => state = key;

    /// <summary>A key for a place in a tree of streams, such as (seed, epoch, row).</summary>
    public static ulong Key(long seed, long first, long second = 0)
    {
        var key = Mix((ulong)seed + Gamma);
        key = Mix(key ^ Mix((ulong)first + Gamma2));
        return Mix(key ^ Mix((ulong)second + Gamma3));
    }

    /// <summary>Draw number <paramref name="counter"/> of the stream, 64 bits.</summary>
    public static ulong At(ulong key, ulong counter) => Mix(key + (counter * Gamma));

    public ulong NextBits()
    {
        state += Gamma;
        return Mix(state);
    }

    /// <summary>Uniform on [0, 1), 53 bits.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform on [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextUniform());

    /// <summary>Uniform on 0 … <paramref name="count"/> − 1; the bias is below count / 2^64.</summary>
    public int NextInt(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>Standard normal (Box and Muller 1958; the second value is left unused to keep one counter for one draw).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        return radius * Math.Cos(2 * Math.PI * NextUniform());
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
