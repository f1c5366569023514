using System.Collections;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Reads a data set in batches. Unless disposeBatch is false, a batch lives until the next one is read.</summary>
public class DataLoader<T, S> : IEnumerable<S>, IDisposable
{
    public DataLoader(utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, S> collate_fn, IEnumerable<long> shuffler,
        Device device = null, int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (this.dataset, batch_size, this.collate_fn, sampler) = (dataset, batchSize, collate_fn, shuffler);
        (Device, num_workers, this.drop_last) = (device ?? CPU, Math.Max(1, num_worker), drop_last);
        (DisposeBatch, DisposeDataset) = (disposeBatch, disposeDataset);
    }

    public DataLoader(utils.data.Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, Device, S> collate_fn, bool shuffle = false,
        Device device = null, int? seed = null, int num_worker = 1, bool drop_last = false, bool disposeBatch = true,
        bool disposeDataset = true) :
        this(dataset, batchSize, collate_fn, shuffle ? new FisherYatesShuffler(dataset.Count, seed) : InOrder(dataset.Count), device,
            num_worker, drop_last, disposeBatch, disposeDataset)
    {
    }

    public utils.data.Dataset<T> dataset { get; }

    public int batch_size { get; }

    public bool drop_last { get; }

    public IEnumerable<long> sampler { get; }

    public int num_workers { get; }

    public Func<IEnumerable<T>, Device, S> collate_fn { get; }

    public Device Device { get; }

    public bool DisposeBatch { get; }

    public bool DisposeDataset { get; }

    /// <summary>The number of batches.</summary>
    public long Count => drop_last ? dataset.Count / batch_size : (dataset.Count + batch_size - 1) / batch_size;

    public IEnumerator<S> GetEnumerator()
    {
        foreach (var indices in sampler.Chunk(batch_size))
        {
            if (drop_last && indices.Length < batch_size) yield break;

            var (batch, owned) = Read(indices);
            try
            {
                yield return batch;
            }
            finally
            {
                if (DisposeBatch) owned.ForEach(tensor => tensor.Dispose());
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && DisposeDataset) dataset.Dispose();
    }

    /// <summary>A batch, and what was made for it. What the examples needed is gone afterwards.</summary>
    private (S Batch, List<IDisposable> Owned) Read(long[] indices)
    {
        var (examples, temporary) = (new T[indices.Length], new List<IDisposable>[indices.Length]);
        Action<int> read = i =>
        {
            using var scope = NewDisposeScope();
            examples[i] = dataset.GetTensor(indices[i]);
            temporary[i] = TakeAll(scope);
        };
        if (num_workers == 1)
        {
            for (var i = 0; i < indices.Length; i++) read(i);
        }
        else
        {
            Parallel.For(0, indices.Length, new ParallelOptions { MaxDegreeOfParallelism = num_workers }, read);
        }

        using var batchScope = NewDisposeScope();
        var batch = collate_fn(examples, Device);
        var owned = TakeAll(batchScope);
        Array.ForEach(temporary, list => list.ForEach(tensor => tensor.Dispose()));
        return (batch, owned);
    }

    private static List<IDisposable> TakeAll(DisposeScope scope)
    {
        List<IDisposable> all = [.. scope.DisposablesView];
        scope.Detach((IEnumerable<IDisposable>)all);
        return all;
    }

    private static IEnumerable<long> InOrder(long count)
    {
        for (var i = 0L; i < count; i++) yield return i;
    }
}

/// <summary>Batches of named tensors, each example one row.</summary>
public class DataLoader : DataLoader<Dictionary<string, Tensor>, Dictionary<string, Tensor>>
{
    public DataLoader(utils.data.Dataset dataset, int batchSize, IEnumerable<long> shuffler, Device device = null, int num_worker = 1,
        bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) :
        base(dataset, batchSize, Collate, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset)
    {
    }

    public DataLoader(utils.data.Dataset dataset, int batchSize, bool shuffle = false, Device device = null, int? seed = null,
        int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) :
        base(dataset, batchSize, Collate, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset)
    {
    }

    private static Dictionary<string, Tensor> Collate(IEnumerable<Dictionary<string, Tensor>> examples, Device device)
    {
        var all = examples.ToList();
        return all[0].Keys.ToDictionary(key => key, key => Rows.Stack(all.ConvertAll(example => example[key]), device));
    }
}

/// <summary>Batches of several tensors, each example one row.</summary>
public class IterableDataLoader : DataLoader<IList<Tensor>, IList<Tensor>>
{
    public IterableDataLoader(utils.data.IterableDataset dataset, int batchSize, IEnumerable<long> shuffler, Device device = null,
        int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) :
        base(dataset, batchSize, Collate, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset)
    {
    }

    public IterableDataLoader(utils.data.IterableDataset dataset, int batchSize, bool shuffle = false, Device device = null,
        int? seed = null, int num_worker = 1, bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) :
        base(dataset, batchSize, Collate, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset)
    {
    }

    private static List<Tensor> Collate(IEnumerable<IList<Tensor>> examples, Device device)
    {
        var all = examples.ToList();
        return [.. Enumerable.Range(0, all[0].Count).Select(i => Rows.Stack(all.ConvertAll(example => example[i]), device))];
    }
}

internal static class Rows
{
    internal static Tensor Stack(List<Tensor> rows, Device device)
    {
        var stacked = stack(rows.ToArray());
        return stacked.device_type == device.type ? stacked : stacked.to(device, disposeAfter: true);
    }
}
