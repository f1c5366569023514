using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>Tensors that were read beside those that they are to replace.</summary>
internal sealed class LoadedState : IDisposable
{
    private readonly List<(Tensor Target, Tensor Value)> pairs = [];

    public void Add(IEnumerable<Tensor> targets, IEnumerable<Tensor> values) => pairs.AddRange(targets.Zip(values));

    /// <summary>Takes the new tensors out of the dispose scope that they were made in.</summary>
    public void KeepFrom(TorchSharp.DisposeScope scope)
    {
        foreach (var (_, value) in pairs) scope.Detach(value);
    }

    /// <summary>Gives the run's tensors the values that were read. Types and shapes are equal, so that no copy can fail.</summary>
    public void Apply()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (target, value) in pairs) target.copy_(value);
    }

    public void Dispose()
    {
        foreach (var (_, value) in pairs) value.Dispose();
    }
}
