using System.Collections;

namespace Ppl.Generators.Analysis;

/// <summary>Small numbers, each at most once, ascending: nodes of a graph, plates. Each is a bit, so that sets are joined at once.</summary>
internal sealed class NumberSet : IReadOnlyCollection<int>
{
    private const int WordSize = 64;
    private static readonly ulong[] None = [];

    private ulong[] words = None;

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in words) count += BitCount(word);
            return count;
        }
    }

    public bool Contains(int number) => number >> 6 < words.Length && (words[number >> 6] & Bit(number)) != 0;

    public void Add(int number)
    {
        Reach((number >> 6) + 1);
        words[number >> 6] |= Bit(number);
    }

    public void Remove(int number)
    {
        if (number >> 6 < words.Length) words[number >> 6] &= ~Bit(number);
    }

    public void UnionWith(NumberSet others)
    {
        Reach(others.words.Length);
        for (var i = 0; i < others.words.Length; i++) words[i] |= others.words[i];
    }

    public void UnionWith(IEnumerable<int> numbers)
    {
        foreach (var number in numbers) Add(number);
    }

    public void IntersectWith(NumberSet others)
    {
        for (var i = 0; i < words.Length; i++) words[i] &= others.Word(i);
    }

    /// <summary>How many of these are in <paramref name="within"/> and not in <paramref name="others"/>.</summary>
    public int CountIn(NumberSet within, NumberSet others)
    {
        var count = 0;
        for (var i = 0; i < words.Length; i++) count += BitCount(words[i] & within.Word(i) & ~others.Word(i));
        return count;
    }

    public bool Overlaps(IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
            if (Contains(number)) return true;
        return false;
    }

    public IEnumerator<int> GetEnumerator()
    {
        for (var i = 0; i < words.Length; i++)
            for (var (bit, word) = (0, words[i]); word != 0; bit++, word >>= 1)
                if ((word & 1) != 0) yield return (i * WordSize) + bit;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ulong Bit(int number) => 1ul << (number & (WordSize - 1));

    private ulong Word(int index) => index < words.Length ? words[index] : 0;

    private void Reach(int length)
    {
        if (length > words.Length) Array.Resize(ref words, length);
    }

    /// <summary>The number of ones, taken in pairs, fours, and bytes.</summary>
    private static int BitCount(ulong word)
    {
        word -= (word >> 1) & 0x5555555555555555;
        word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
        return (int)((((word + (word >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101) >> 56);
    }
}
