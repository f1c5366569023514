using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What the numbers of some tensors were: a draw or a parameter that has been changed in place since is not what was noted.</summary>
/// <remarks>
/// libtorch counts such changes, but TorchSharp does not tell the count. A copy costs a pass over memory when it is made and one when it is
/// compared, and does not depend on who changed what: an optimizer's step that moves a parameter moves its views too.
/// </remarks>
internal sealed class Snapshot
{
    private readonly Tensor[] copies;

    private Snapshot(Tensor[] copies) => this.copies = copies;

    /// <summary>Nothing to compare: it holds for no tensors.</summary>
    public static Snapshot Empty { get; } = new([]);

    /// <summary>The numbers as they are now.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Snapshot Of(params IReadOnlyList<Tensor> tensors)
    {
        if (tensors.Count == 0) return Empty;
        using var grad = no_grad();
        return new([.. tensors.Select(tensor => tensor.detach().clone())]);
    }

    /// <summary>
    /// Whether tensors still have these numbers, in order. A tensor may have other leading dimensions. The copies belong to the scope in which they
    /// were made: when it has ended, nothing is known.
    /// </summary>
    /// <param name="tensors">The tensors.</param>
    public bool Holds(params IReadOnlyList<Tensor> tensors)
    {
        if (tensors.Count != copies.Length) return false;
        for (var i = 0; i < copies.Length; i++)
        {
            if (copies[i].IsInvalid || tensors[i].IsInvalid || !AreEqual(copies[i], tensors[i])) return false;
        }

        return true;
    }

    /// <summary>The same, whose copies live as long as the scope around this one.</summary>
    public Snapshot MoveToOuterDisposeScope()
    {
        foreach (var copy in copies) copy.MoveToOuterDisposeScope();
        return this;
    }

    private static bool AreEqual(Tensor copy, Tensor tensor)
    {
        if (copy.dtype != tensor.dtype || copy.device_type != tensor.device_type || copy.numel() != tensor.numel()) return false;
        if (copy.shape.AsSpan().SequenceEqual(tensor.shape)) return copy.Equals(tensor);
        using var grad = no_grad();
        using var same = tensor.detach().reshape(copy.shape);
        return copy.Equals(same);
    }
}
