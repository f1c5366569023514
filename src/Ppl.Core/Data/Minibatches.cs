using System.Collections;
using Ppl.Common;
using static TorchSharp.torch;

namespace Ppl.Data;

/// <summary>The mini-batches of one epoch; batch k can be had without those before it.</summary>
public sealed class Minibatches : IReadOnlyList<Minibatch>
{
    // Draws use rows ≥ 0 in the same place of the key, so that the order has a stream of its own.
    private const long OrderStream = -1;

    private readonly Dataset data;
    private readonly DrawKey key;
    private readonly int[] order;

    internal Minibatches(Dataset data, int batchSize, DrawKey key, bool shuffle, bool dropLast)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(key.Epoch, "epoch");
        this.data = data;
        this.key = key;
        BatchSize = batchSize;
        order = [.. Enumerable.Range(0, data.Count)];
        if (shuffle) Shuffle(order, key);

        Count = dropLast ? data.Count / batchSize : (int)(((long)data.Count + batchSize - 1) / batchSize);
    }

    /// <summary>Rows of a batch; the last one may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The number of batches.</summary>
    public int Count { get; }

    /// <summary>One batch.</summary>
    /// <param name="index">The batch, from 0.</param>
    public Minibatch this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var start = index * BatchSize;
            return new Minibatch(data, key, index, order.AsMemory(start, Math.Min(BatchSize, order.Length - start)));
        }
    }

    /// <summary>How many batches of how many rows.</summary>
    public override string ToString() => $"{Count} batches of {BatchSize} rows of {data.Name}";

    /// <inheritdoc/>
    public IEnumerator<Minibatch> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Fisher and Yates, from the end, as in Knuth's Algorithm 3.4.2P.</summary>
    private static void Shuffle(int[] order, DrawKey key)
    {
        var random = new CounterRandom(CounterRandom.Key(key.Seed, key.Epoch, OrderStream));
        for (var k = order.Length - 1; k > 0; k--)
        {
            var other = random.NextInt(k + 1);
            (order[k], order[other]) = (order[other], order[k]);
        }
    }
}

/// <summary>Some rows of a data set; its tensors are made by <see cref="Load"/>.</summary>
public sealed class Minibatch
{
    private readonly Dataset data;
    private readonly DrawKey key;

    internal Minibatch(Dataset data, DrawKey key, int index, ReadOnlyMemory<int> rows)
    {
        this.data = data;
        this.key = key;
        Index = index;
        Rows = rows;
    }

    /// <summary>Its place in the epoch, from 0.</summary>
    public int Index { get; }

    /// <summary>The rows of the data set.</summary>
    public ReadOnlyMemory<int> Rows { get; }

    /// <summary>The number of rows, B.</summary>
    public int Size => Rows.Length;

    /// <summary>The number of rows of the whole data set, N: local terms of a mini-batch are scaled by N/B.</summary>
    public int DatasetCount => data.Count;

    /// <summary>Its place and its rows.</summary>
    public override string ToString() => $"batch {Index} of {data.Name}: {Size} rows";

    /// <summary>The values: one tensor a column, each [B, event shape …], on the CPU. Each call makes new tensors with the same values.</summary>
    /// <returns>Tensors that belong to the current dispose scope, or to the caller where there is none.</returns>
    public Tensor[] Load() => data.Rows(Rows.Span, key);
}
