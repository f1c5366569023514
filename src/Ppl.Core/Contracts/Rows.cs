using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The rows of one pass: K particles of a plate of B rows, folded into a leading dimension of K·B (row k·B + b).</summary>
/// <param name="Particles">K, at least 1.</param>
/// <param name="Count">B, the size of the rows plate.</param>
public readonly record struct Rows(int Particles, long Count)
{
    /// <summary>K, at least 1.</summary>
    /// <exception cref="PplArgumentException">It is less.</exception>
    public int Particles { get; init; } = Particles >= 1
        ? Particles
        : throw new PplArgumentException($"the number of particles, or of samples for each row, is {Particles}; it must be at least 1.");

    /// <summary>K·B.</summary>
    public long Total => Particles * Count;

    /// <summary>[B, event] to [K·B, event]: every particle sees the same data. The tensor itself when K is 1.</summary>
    /// <param name="data">A tensor with B rows.</param>
    public Tensor Repeat(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Particles == 1) return data;
        var shape = data.shape;
        var expanded = data.unsqueeze(0).expand([Particles, .. shape]);
        return expanded.reshape([Particles * shape[0], .. shape[1..]]);
    }

    /// <summary>[K·B, event] to [K, B, event].</summary>
    /// <param name="folded">A tensor with K·B rows.</param>
    public Tensor Unfold(Tensor folded)
    {
        ArgumentNullException.ThrowIfNull(folded);
        var rows = this;
        return Remembered(folded, x => rows.View(x));
    }

    /// <summary>[K, B, event] to [K·B, event].</summary>
    /// <param name="unfolded">A tensor with particles and rows apart.</param>
    public Tensor Fold(Tensor unfolded)
    {
        ArgumentNullException.ThrowIfNull(unfolded);
        var rows = this;
        return Remembered(unfolded, x => rows.Reshape(x));
    }

    /// <summary>
    /// A distribution over K·B rows as one over [K, B] rows: its parameters are viewed, numbers and shared parameters left alone.
    /// </summary>
    /// <param name="folded">A distribution whose leading dimension is K·B.</param>
    public Distribution Unfold(Distribution folded)
    {
        ArgumentNullException.ThrowIfNull(folded);
        var rows = this;
        var batch = folded.Shape.Length - folded.EventDimensions;
        return folded.Map(
            (tensor, own) => tensor.dim() - own == batch && tensor.shape[0] == rows.Total ? rows.Unfold(tensor) : tensor,
            [Particles, Count, .. folded.Shape[1..batch]]);
    }

    /// <summary>A distribution over B rows as one over K·B rows. The distribution itself when K is 1.</summary>
    /// <typeparam name="TDistribution">The family.</typeparam>
    /// <param name="distribution">A distribution whose leading dimension is B.</param>
    public TDistribution Repeat<TDistribution>(TDistribution distribution) where TDistribution : Distribution
    {
        ArgumentNullException.ThrowIfNull(distribution);
        if (Particles == 1) return distribution;
        var rows = this;
        var batch = distribution.Shape.Length - distribution.EventDimensions;
        return (TDistribution)distribution.Map(
            (tensor, own) => tensor.dim() - own == batch && tensor.shape[0] == rows.Count ? rows.Repeat(tensor) : tensor,
            [Total, .. distribution.Shape[1..batch]]);
    }

    private static Tensor Remembered(Tensor draw, Func<Tensor, Tensor> view) =>
        DrawMemory.Carry(draw, NoiseMemory.Carry(draw, view(draw), view), x => Remembered(x, view));

    private Tensor View(Tensor folded) => folded.view([Particles, Count, .. folded.shape[1..]]);

    private Tensor Reshape(Tensor unfolded) => unfolded.reshape([Total, .. unfolded.shape[2..]]);

    /// <summary>K draws from each row's distribution, folded: [K·B, event]. Pathwise where the family is reparameterized.</summary>
    /// <param name="guide">A distribution over B rows.</param>
    public Tensor Draw(Distribution guide)
    {
        ArgumentNullException.ThrowIfNull(guide);
        if (guide.IsReparameterized) return Particles == 1 ? guide.RSample() : Fold(guide.RSample(Particles));
        return Particles == 1 ? guide.Sample() : Fold(guide.Sample(Particles));
    }
}
