using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>Divergences that the supports decide: infinite ones, and those of a point.</summary>
public static partial class Divergence
{
    /// <summary>Infinite: q has values that p excludes.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Beta p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Exponential p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Gamma p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Uniform p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Beta p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Exponential p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Gamma p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Uniform p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Beta p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Exponential p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Gamma p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Uniform p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Beta p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Uniform p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Beta p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Uniform p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Uniform p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Laplace p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, AsymmetricLaplace p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Logistic p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Cauchy p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Gumbel p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, StudentT p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, HalfStudentT p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, SkewNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Exponential p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Levy p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, TruncatedNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Truncated p) => AtPoint(q, p);

    private static Tensor Infinite(Distribution q, Distribution p)
        => InFloat64(q, p, (a, b) => full_like(a[0] + b[0], double.PositiveInfinity));
}
