using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>The closed forms of families of whole series.</summary>
public static partial class Divergence
{
    /// <summary>
    /// KL of two random walks: T (log(s_p / s_q) + s_q² / (2 s_p²) − 1/2) + (x₀_q − x₀_p)² / (2 s_p²), since their steps are independent.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of steps.</exception>
    [ClosedFormKl]
    public static Tensor Kl(GaussianRandomWalk q, GaussianRandomWalk p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 1);
        var full = Full(q, p)[..^1];
        var first = Kl(new Normal(q.Initial, q.Scale), new Normal(p.Initial, p.Scale));
        return (q.Steps == 1 ? first : first + Kl(new Normal(0, q.Scale), new Normal(0, p.Scale)) * (q.Steps - 1)).expand(full);
    }

    /// <summary>−log p(point): KL up to the infinite constant that maximum a posteriori estimation drops.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, GaussianRandomWalk p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, GaussianRandomWalk)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, AutoRegressive p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, GaussianRandomWalk)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, LinearGaussianStateSpace p) => AtPoint(q, p);
}
