using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The von Mises distribution of angles: the normal's like on the circle.</summary>
/// <remarks>
/// log p(x) = κ cos(x − loc) − log(2π I₀(κ)) for −π ≤ x ≤ π, with κ = concentration, else −∞. The mean is the location, as an angle, and the
/// variance the circular one, 1 − I₁(κ) / I₀(κ), which lies in [0, 1] and is not that of the numbers. Draws by Best and Fisher (1979), Journal of
/// the Royal Statistical Society C 28; their gradient is that of implicit reparameterization (Figurnov, Mohamed and Mnih 2018, arXiv:1805.08498)
/// through the distribution function, by quadrature. It is the gradient on the circle: of expectations of functions that agree at −π and π.
/// A draw has first and second derivatives by the concentration; higher ones are 0. Computed in float64. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Bounded, Reparameterized = true)]
public sealed class VonMises : ParametricFamily<VonMises>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real);
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.Positive);
    internal static readonly Constraint Circle = Constraint.Interval(-Math.PI, Math.PI);

    /// <summary>A von Mises distribution.</summary>
    /// <param name="loc">The mean angle: any real, taken modulo 2π. Any shape.</param>
    /// <param name="concentration">κ, for large values the inverse of the variance: &gt; 0. Broadcasts with <paramref name="loc"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public VonMises(TensorOrScalar loc, TensorOrScalar concentration) : base(LocOf.Of(loc), ConcentrationOf.Of(concentration))
    {
    }

    /// <summary>The mean angle, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>κ, as given.</summary>
    public TensorOrScalar Concentration => ParameterAt(1);

    /// <summary>The angles from −π to π.</summary>
    public override Constraint ValueConstraint => Circle;

    /// <summary>The location, as an angle from −π to π.</summary>
    public override Tensor Mean => Whole(Wrapped(Loc.Wide(Like)).Narrow(Like));

    /// <summary>The location, as an angle from −π to π.</summary>
    public override Tensor Mode => Mean;

    /// <summary>The circular variance, 1 − I₁(κ) / I₀(κ).</summary>
    public override Tensor Variance => Whole(VonMisesMath.CircularVariance(Concentration.Wide(Like)).Narrow(Like));

    /// <inheritdoc/>
    protected override string ValueAdvice
        => "values are angles from -pi to pi: degrees are converted, x * pi / 180, and larger angles taken modulo 2 pi";

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var concentration = Concentration.Wide(Like).expand(DrawShape(sampleShape));
        var angle = Draw(concentration.detach(), generator);
        if (concentration.requires_grad && is_grad_enabled())
        {
            var (first, second) = VonMisesMath.Slopes(angle, concentration.detach());
            var differential = NoiseMemory.Differential(concentration);
            angle = angle + first * differential + second * differential.square() / 2;
        }

        return Wrapped(angle + Loc.Wide(Like)).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (loc, concentration) = (Loc.Wide(value), Concentration.Wide(value));
        var isInside = ValueCheck.AsReal(value, Like).abs().le(Math.PI);
        var half = (value.to(ScalarType.Float64).Or(isInside) - loc) / 2;
        var density = -2 * concentration * half.sin().square() - VonMisesMath.LogScaledBessel(concentration) - Math.Log(2 * Math.PI);
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>log(2π I₀(κ)) − κ I₁(κ) / I₀(κ).</summary>
    public override Tensor Entropy()
    {
        var concentration = Concentration.Wide(Like);
        var entropy = VonMisesMath.LogScaledBessel(concentration) + concentration * VonMisesMath.CircularVariance(concentration);
        return Whole((entropy + Math.Log(2 * Math.PI)).Narrow(Like));
    }

    /// <summary>The probability from −π on, by quadrature.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var (loc, concentration) = (Loc.Wide(value), Concentration.Wide(value));
        var x = value.to(ScalarType.Float64).clamp(-Math.PI, Math.PI);
        var cdf = VonMisesMath.Cdf(x - loc, concentration) - VonMisesMath.Cdf(-Math.PI - loc, concentration);
        return Expanded(cdf.clamp(0, 1).to(GammaMath.ResultType(value, Like)), full);
    }

    private static Tensor Wrapped(Tensor angle)
    {
        var turns = (angle.detach() / (2 * Math.PI)).round();
        return (angle - turns * (2 * Math.PI)).clamp(-Math.PI, Math.PI);
    }

    // In Best and Fisher's words, with 1 − f and r − 1 in place of f and r, which are both 1 for a large concentration.
    private static Tensor Draw(Tensor concentration, Generator? generator)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var kappa = concentration.reshape(-1).clamp_min(1e-200);
        var root = ones_like(kappa).hypot(2 * kappa);
        var tau = 1 + root;
        var rho = tau.sqrt() * (2 * kappa) / (tau * (tau.sqrt() + Math.Sqrt(2)));
        var complement = where(kappa.gt(1), ((2 * tau).sqrt() - 1 - 1 / (root + 2 * kappa)) / (2 * kappa), 1 - rho);
        var excess = complement.square() / (2 * rho);
        var result = zeros_like(kappa);

        // Of a refused proposal the next round makes another.
        var open = arange(kappa.numel(), ScalarType.Int64, kappa.device);
        while (open.numel() > 0)
        {
            using var round = NewDisposeScope();
            var isAll = open.numel() == kappa.numel();
            var (k, e) = isAll ? (kappa, excess) : (kappa.index_select(0, open), excess.index_select(0, open));
            var side = (Uniform(k, generator) - 0.5) * Math.PI;
            var versine = 2 * side.sin().square();
            var distance = e * versine / (e + 2 - versine);
            var c = k * (e + distance);
            var isRefused = (c / Uniform(k, generator)).log_().add_(1).lt(c);
            result.index_copy_(0, open, distance.copysign(side));
            open = open.masked_select(isRefused).MoveToOuterDisposeScope();
        }

        var angle = (result.abs() / 2).clamp_max(1).sqrt().asin() * 2;
        return angle.copysign(result).reshape(concentration.shape).MoveToOuterDisposeScope();
    }

    private static Tensor Uniform(Tensor like, Generator? generator)
        => rand(like.shape, ScalarType.Float64, like.device, generator: generator).clamp_min_(1e-300);
}
