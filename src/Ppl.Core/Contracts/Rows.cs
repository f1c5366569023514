using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The rows of one pass: K particles of a plate of B rows, folded into a leading dimension of K·B (row k·B + b).</summary>
/// <param name="Particles">K, at least 1.</param>
/// <param name="Count">B, the size of the data plate.</param>
public readonly record struct Rows(int Particles, long Count)
{
    /// <summary>K·B.</summary>
    public long Total => Particles * Count;

    /// <summary>[B, event] to [K·B, event]: every particle sees the same data. The tensor itself when K is 1.</summary>
    public Tensor Repeat(Tensor data)
    {
        if (Particles == 1) return data;
        var shape = data.shape;
        var expanded = data.unsqueeze(0).expand([Particles, .. shape]);
        return expanded.reshape([Particles * shape[0], .. shape[1..]]);
    }

    /// <summary>[K·B, event] to [K, B, event].</summary>
    public Tensor Unfold(Tensor folded) => folded.view([Particles, Count, .. folded.shape[1..]]);

    /// <summary>[K, B, event] to [K·B, event].</summary>
    public Tensor Fold(Tensor unfolded) => unfolded.reshape([Total, .. unfolded.shape[2..]]);

    /// <summary>K reparameterized draws from each row's distribution, folded: [K·B, event].</summary>
    /// <param name="guide">A distribution over B rows.</param>
    public Tensor Draw(Distribution guide)
    {
        ArgumentNullException.ThrowIfNull(guide);
        return Particles == 1 ? guide.RSample() : Fold(guide.RSample(Particles));
    }
}
