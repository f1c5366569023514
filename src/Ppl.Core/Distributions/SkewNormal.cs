using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The skew normal distribution: a normal that leans to one side.</summary>
/// <remarks>
/// log p(x) = log 2 + log φ(z) + log Φ(slant · z) − log scale with z = (x − loc) / scale. Mean loc + scale δ √(2/π) and variance
/// scale² (1 − 2δ²/π) with δ = slant / √(1 + slant²). A slant of 0 is the normal distribution. Azzalini (1985), Scandinavian Journal of
/// Statistics 12. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class SkewNormal : LocationScaleFamily<SkewNormal>
{
    // In standard deviations: beyond it the tails are 0 in float64, as they are at infinity.
    private const double Farthest = 1000;

    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);
    private static readonly ParameterDeclaration SlantOf = new("slant", Constraint.Real, 0);

    /// <summary>A skew normal distribution.</summary>
    /// <param name="loc">The mean that it had without a slant: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">The standard deviation that it had without a slant: &gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is
    /// not given.</param>
    /// <param name="slant">Any real: the right tail is the heavier for positive ones. Broadcasts with <paramref name="loc"/>; 0 when it is
    /// not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public SkewNormal(TensorOrScalar? loc = null, TensorOrScalar? scale = null, TensorOrScalar? slant = null)
        : base(0, LocOf.Of(loc), ScaleOf.Of(scale), SlantOf.Of(slant))
    {
    }

    /// <summary>The slant, as given.</summary>
    public TensorOrScalar Slant => ParameterAt(2);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Placed(Directions(Like).Folded * Math.Sqrt(2 / Math.PI)));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            // 1 − 2δ²/π, as what is left of the folded part and the other part.
            var (folded, other) = Directions(Like);
            return Whole((folded.square() * (1 - (2 / Math.PI)) + other.square()).TimesParameter(Scale.Square()));
        }
    }

    /// <summary>δ |N| + √(1 − δ²) N' for two standard normals.</summary>
    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var (folded, other) = Directions(Like);
        return Placed(StandardNoise.Normal(shape, Like, generator).abs_() * folded + StandardNoise.Normal(shape, Like, generator) * other);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var z = StandardizedWide(value);
        var constant = Math.Log(2) - NormalMath.HalfLogTwoPi;
        var density = z.square() * -0.5 + NormalMath.LogCdf(z * Slant.Wide(value)) - Scale.Wide(value).log() + constant;
        return Expanded(density.to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>There is none in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <summary>Φ(z) − 2 T(z, slant) with Owen's T function, by quadrature. Its first and second derivatives are exact.</summary>
    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        return Expanded(Below(value, 1).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => LogBelow(value, 1);

    /// <summary>The logarithm of what the mirrored distribution has below the mirrored value.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value) => LogBelow(value, -1);

    // The distribution function of the distribution, or of the one that is mirrored at the location.
    private Tensor Below(Tensor value, int side)
    {
        var (z, slant) = (StandardizedWide(value).clamp(-Farthest, Farthest) * side, Slant.Wide(value) * side);
        var cdf = CdfWithoutGradient(z, slant);
        return is_grad_enabled() && (z.requires_grad || slant.requires_grad) ? cdf + CdfDifferential(z, slant) : cdf;
    }

    private Tensor LogBelow(Tensor value, int side)
    {
        var log = DensityMath.LogShare(Below(value, side), Below(value, -side));
        return Expanded(log.to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    // By way of |z| and |slant|, whose automatic derivatives are wrong where one of them is 0.
    private static Tensor CdfWithoutGradient(Tensor z, Tensor slant)
    {
        using var grad = no_grad();
        var distance = z.abs();
        var far = OwenTail.Of(distance, slant.abs());
        var both = (distance * Math.Sqrt(0.5)).erf();
        var neither = (distance * Math.Sqrt(0.5)).erfc();
        var right = where(z.lt(0), far, both + far);
        var left = where(z.lt(0), neither - far, 1 - far);
        return where(slant.ge(0), right, left);
    }

    // 0, with the derivatives of the distribution function: 2 φ(z) Φ(slant z) by z and exp(−z² (1 + slant²) / 2) / (−π (1 + slant²)) by the slant.
    // They are taken halfway from the constants to the variables, which makes the second derivatives right too.
    private static Tensor CdfDifferential(Tensor z, Tensor slant)
    {
        var (dz, dSlant) = (NoiseMemory.Differential(z), NoiseMemory.Differential(slant));
        var (x, a) = (z - dz / 2, slant - dSlant / 2);
        var density = (x.square() / -2).exp() * (x * a * -Math.Sqrt(0.5)).erfc() / Math.Sqrt(2 * Math.PI);
        var square = 1 + a.square();
        var bySlant = (x.square() * square / -2).exp() / (square * -Math.PI);
        return density * dz + bySlant * dSlant;
    }

    // δ and √(1 − δ²).
    private (Tensor Folded, Tensor Other) Directions(Tensor? like)
    {
        var slant = Slant.AsTensor(like);
        var one = ones_like(slant);
        var length = slant.hypot(one);
        return (slant / length, one / length);
    }
}
