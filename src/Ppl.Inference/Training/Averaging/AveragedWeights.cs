using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The average of the trained parameters, by name, beside the parameters.</summary>
/// <param name="kind">Which average.</param>
internal sealed class AveragedWeights(WeightAverage kind) : IDisposable
{
    public WeightAverage Kind => kind;

    /// <summary>How many updates are in it; before the first there is nothing.</summary>
    public long Count { get; private set; }

    /// <summary>The averages, in the order of the parameters.</summary>
    public Dictionary<string, Tensor> Values { get; private set; } = [];

    /// <summary>Takes the weights after a step, if it counts.</summary>
    /// <param name="trained">The parameters; one that is new begins with its own value.</param>
    /// <param name="step">Steps made.</param>
    public void Update(IReadOnlyList<NamedParameter> trained, long step)
    {
        if (kind.Share(step, Count) is not { } share) return;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var next = new Dictionary<string, Tensor>();
        foreach (var parameter in trained)
        {
            // The mean in the numbers of the parameter, wherever it was moved since.
            Tensor now = parameter.Value;
            next[parameter.FullName] = Values.TryGetValue(parameter.FullName, out var old) && old.shape.SequenceEqual(now.shape)
                ? Kept(old, now).mul_(1 - share).add_(now, alpha: share)
                : now.detach().clone().DetachFromDisposeScope();
        }

        Take(next);
        Count++;
    }

    /// <summary>Takes other parameters for those that are trained: the average of one that is new begins with its own value.</summary>
    /// <param name="trained">The parameters.</param>
    /// <param name="others">The names of those that are not the parameters that had these names.</param>
    public void Follow(IReadOnlyList<NamedParameter> trained, IReadOnlySet<string> others)
    {
        if (Count == 0) return;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Take(trained.ToDictionary(p => p.FullName, p => Values.TryGetValue(p.FullName, out var old) && !others.Contains(p.FullName)
            ? old : p.Value.detach().clone().DetachFromDisposeScope()));
    }

    /// <summary>Takes what a checkpoint has.</summary>
    public void Load(IReadOnlyList<NamedParameter> trained, IReadOnlyList<Tensor> values, long count)
    {
        Values = trained.Zip(values).ToDictionary(
            pair => pair.First.FullName, pair => pair.Second.to(pair.First.Device).DetachFromDisposeScope());
        Count = count;
    }

    /// <summary>Puts the averages in the place of the weights until the result is disposed.</summary>
    public IDisposable Place(IReadOnlyList<NamedParameter> all) => new Placed(all.Where(p => Values.ContainsKey(p.FullName)), Values);

    public void Dispose()
    {
        foreach (var value in Values.Values) value.Dispose();
    }

    private void Take(Dictionary<string, Tensor> next)
    {
        foreach (var (name, old) in Values)
        {
            if (!next.TryGetValue(name, out var value) || !ReferenceEquals(value, old)) old.Dispose();
        }

        Values = next;
    }

    private static Tensor Kept(Tensor old, Tensor now) => old.dtype == now.dtype && old.device.ToString() == now.device.ToString()
        ? old
        : old.to(now.dtype, now.device, copy: true).DetachFromDisposeScope();

    private sealed class Placed : IDisposable
    {
        private readonly List<(Tensor Weight, Tensor Kept)> weights = [];

        public Placed(IEnumerable<NamedParameter> parameters, Dictionary<string, Tensor> averages)
        {
            using var grad = no_grad();
            foreach (var parameter in parameters)
            {
                weights.Add((parameter.Value, parameter.Value.detach().clone().DetachFromDisposeScope()));
                parameter.Value.copy_(averages[parameter.FullName]);
            }
        }

        public void Dispose()
        {
            using var grad = no_grad();
            foreach (var (weight, kept) in weights)
            {
                if (!weight.IsInvalid) weight.copy_(kept);
                kept.Dispose();
            }

            weights.Clear();
        }
    }
}
