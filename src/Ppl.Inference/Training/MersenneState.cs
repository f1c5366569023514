using System.Runtime.InteropServices;
using Ppl.Common;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// The state of torch's CPU generator, a Mersenne twister of 624 words (Matsumoto and Nishimura 1998), as get_state and set_state exchange
/// it: libtorch's layout of versions 1.13 to 2.x.
/// </summary>
/// <remarks>
/// A seed reaches 32 of the state's 19,937 bits, so that two of 50,000 seeds probably give the same noise. All words are filled instead.
/// </remarks>
internal static class MersenneState
{
    private const int Words = 624;
    private const int Left = 8;
    private const int Seeded = 12;
    private const int Next = 16;
    private const int FirstWord = 24;

    // The words take 64 bits each; behind them three numbers and a flag of one store of normal numbers, and another such store.
    private const int Size = FirstWord + (8 * Words) + 40;

    private static readonly Lazy<bool> IsKnown = new(MatchesTheGenerator);

    /// <summary>The state whose words are a pure function of a key, with nothing in store.</summary>
    /// <param name="key">64 bits; keys one apart give unrelated states.</param>
    public static byte[] Of(ulong key)
    {
        if (!IsKnown.Value)
        {
            throw new NotSupportedException(
                $"this libtorch keeps the state of its CPU generator in a layout other than that of versions 1.13 to 2.x ({Size} bytes): "
                + "seeded noise would not be what it claims.");
        }

        var state = new byte[Size];
        Write(state, 0, key);
        Write(state, Left, 1);
        Write(state, Seeded, 1);
        var words = MemoryMarshal.Cast<byte, ulong>(state.AsSpan(FirstWord, 8 * Words));
        var other = CounterRandom.Key((long)key, 1);
        for (var word = 0; word < Words; word += 2)
        {
            var bits = Pair(key, other, word);
            words[word] = bits & uint.MaxValue;
            words[word + 1] = bits >> 32;
        }

        return state;
    }

    /// <summary>Whether libtorch takes these bytes as a state: the right size, seeded, and places within the words.</summary>
    public static bool IsState(byte[] bytes) =>
        bytes.Length == Size && Int(bytes, Seeded) != 0 && Int(bytes, Left) is > 0 and <= Words && Long(bytes, Next) <= Words;

    /// <summary>The first two words of a key's state.</summary>
    public static ulong FirstWords(ulong key) => Pair(key, CounterRandom.Key((long)key, 1), 0);

    /// <summary>Two words at once. One stream alone would be another key's, shifted, where the keys are a multiple of its step apart.</summary>
    private static ulong Pair(ulong key, ulong other, int word) =>
        CounterRandom.At(key, (ulong)word + 1) ^ CounterRandom.At(other, (ulong)word + 1);

    /// <summary>Whether a new generator's state is what this class thinks it is.</summary>
    private static bool MatchesTheGenerator()
    {
        const ulong Seed = 5489;
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed, CPU);
        var state = generator.get_state().data<byte>().ToArray();
        if (state.Length != Size || Long(state, 0) != Seed || Long(state, Next) != 0) return false;
        if (Int(state, Left) != 1 || Int(state, Seeded) != 1) return false;

        // The twister's own rule for filling its words from a seed.
        var expected = (uint)Seed;
        for (var word = 0u; word < Words; word++)
        {
            if (word > 0) expected = (1812433253u * (expected ^ (expected >> 30))) + word;
            if (Long(state, FirstWord + (8 * (int)word)) != expected) return false;
        }

        return state.AsSpan(FirstWord + (8 * Words)).IndexOfAnyExcept((byte)0) < 0;
    }

    private static void Write(byte[] state, int offset, ulong value) => MemoryMarshal.Write(state.AsSpan(offset), value);

    private static void Write(byte[] state, int offset, int value) => MemoryMarshal.Write(state.AsSpan(offset), value);

    private static ulong Long(byte[] state, int offset) => MemoryMarshal.Read<ulong>(state.AsSpan(offset));

    private static int Int(byte[] state, int offset) => MemoryMarshal.Read<int>(state.AsSpan(offset));
}
