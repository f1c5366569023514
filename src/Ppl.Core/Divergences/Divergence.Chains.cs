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

    /// <summary>
    /// KL of a multivariate normal and a random walk: −H(q) − log p(m_q) + |D L_q|² / (2 s²), where D takes the difference of each step from the one
    /// before: log p is a parabola. Nothing is solved.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">The vector has not an entry for each step.</exception>
    [ClosedFormKl]
    public static Tensor Kl(MultivariateNormal q, GaussianRandomWalk p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 1);
        var steps = cat([q.ScaleTril.narrow(-2, 0, 1), q.ScaleTril.diff(dim: -2)], -2);
        return ToSeries(q, steps, p, p.Scale);
    }

    /// <summary>KL of a multivariate normal and an autoregressive series, as of a random walk: D takes what is left of the values before.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">The vector has not an entry for each step.</exception>
    [ClosedFormKl]
    public static Tensor Kl(MultivariateNormal q, AutoRegressive p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 1);
        return ToSeries(q, AutoRegressive.Residuals(p.Coefficients.unsqueeze(-2), q.ScaleTril.transpose(-2, -1), null), p, p.Scale);
    }

    /// <summary>
    /// KL of two autoregressive series: as that of a multivariate normal, whose factor is a shift of q's response to one step's noise.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of steps.</exception>
    [ClosedFormKl]
    public static Tensor Kl(AutoRegressive q, AutoRegressive p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 1);
        var response = AutoRegressive.Residuals(p.Coefficients, q.Response(), null).square();
        var left = arange(q.Steps, 0, -1, dtype: response.dtype, device: response.device);
        var squares = (response * left).sum(-1).TimesParameter(q.Scale.Square()).OverParameter(p.Scale.Square());
        return (squares * 0.5 - q.Entropy() - p.LogProb(q.Mean)).expand(Full(q, p)[..^1]);
    }

    private static Tensor ToSeries(MultivariateNormal q, Tensor factor, Distribution p, TensorOrScalar scale)
    {
        var squares = factor.square().sum(-2, -1).OverParameter(scale.Square());
        return (squares * 0.5 - q.Entropy() - p.LogProb(q.Mean)).expand(Full(q, p)[..^1]);
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
