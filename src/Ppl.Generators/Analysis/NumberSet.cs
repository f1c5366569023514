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

    // A loop over the set itself makes no object.
    public Enumerator GetEnumerator() => new(words);

    IEnumerator<int> IEnumerable<int>.GetEnumerator()
    {
        foreach (var number in this) yield return number;
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<int>)this).GetEnumerator();

    /// <summary>The numbers, ascending.</summary>
    public int[] ToArray()
    {
        var (numbers, at) = (new int[Count], 0);
        foreach (var number in this) numbers[at++] = number;
        return numbers;
    }

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

    /// <summary>Goes through the numbers.</summary>
    public struct Enumerator(ulong[] words)
    {
        private int index = -1;
        private ulong left;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (left == 0)
            {
                if (++index >= words.Length) return false;
                left = words[index];
            }

            // The lowest one; what is below it is all zeros, and as many.
            Current = (index * WordSize) + BitCount((left & (~left + 1)) - 1);
            left &= left - 1;
            return true;
        }
    }
}
