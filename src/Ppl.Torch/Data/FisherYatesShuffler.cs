using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The numbers from 0 to size - 1 in random order; with a seed, the same order in every enumeration.</summary>
public class FisherYatesShuffler(long size, int? seed = null) : IEnumerable<long>
{
    public IEnumerator<long> GetEnumerator()
    {
        var random = seed is { } given ? new Random(given) : new Random();
        var order = new long[size];
        for (var i = 0L; i < size; i++)
        {
            // The new number goes to a random place among those before, whose number moves to the end.
            var place = random.NextInt64(i + 1);
            order[i] = order[place];
            order[place] = i;
        }

        return ((IEnumerable<long>)order).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
