using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Another distribution between two bounds, or on one side of one.</summary>
/// <remarks>
/// log p(x) = log p_base(x) − log(F(high) − F(low)) for low ≤ x ≤ high, else −∞, with the base's distribution function F. A draw is the base's
/// quantile of a uniform number between F(low) and F(high); it is pathwise where the base's draws are. All is computed in float64. The density
/// takes the mass of an upper tail from the base's <see cref="Distribution.LogSurvival"/>, and is exact as far out as that is. Draws, quantiles and
/// <see cref="Cdf"/> know F alone, which tells nothing apart that is nearer to 1 than 1e-16: they are coarse above a low of mass 1e-8, and for a
/// normal there is <see cref="TruncatedNormal"/>. Shape: the base's and the bounds', broadcast.
/// </remarks>
[Family(Support.Bounded, Reparameterized = true)]
public sealed class Truncated : Distribution
{
    // The shape that Expand was told; null where it is what base and bounds say.
    private readonly long[]? expanded;

    /// <summary>Cuts a distribution off.</summary>
    /// <param name="distribution">The base: continuous, elementwise, with a distribution function and quantiles in closed form.</param>
    /// <param name="low">The least value: any real, or the number −∞, as when it is not given. Broadcasts with the base.</param>
    /// <param name="high">The greatest value: above <paramref name="low"/>, or the number ∞, as when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast, or the base has an event of its own.</exception>
    /// <exception cref="PplArgumentException">The base is discrete.</exception>
    public Truncated(Distribution distribution, TensorOrScalar? low = null, TensorOrScalar? high = null)
        : this(distribution, low ?? double.NegativeInfinity, high ?? double.PositiveInfinity, null)
    {
    }

    private Truncated(Distribution distribution, TensorOrScalar low, TensorOrScalar high, long[]? expanded)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        if (distribution.IsDiscrete) throw new PplArgumentException($"Truncated needs a base with a density; {distribution.Name} is discrete.");
        if (distribution.EventDimensions > 0)
            throw new PplShapeException($"Truncated needs a base of numbers; {distribution} has an event of its own.");
        (Base, Low, High) = (distribution, low, high);
        var natural = Broadcasting.Broadcast(distribution.Shape, low.Shape, $"Truncated's {distribution.Name}", "its low");
        natural = Broadcasting.Broadcast(natural, high.Shape, $"Truncated's {distribution.Name}", "its high");
        this.expanded = expanded;
        Shape = expanded ?? natural;
    }

    /// <summary>The distribution without bounds.</summary>
    public Distribution Base { get; }

    /// <summary>The least value, as given.</summary>
    public TensorOrScalar Low { get; }

    /// <summary>The greatest value, as given.</summary>
    public TensorOrScalar High { get; }

    /// <inheritdoc/>
    public override string Name => $"Truncated({Base.Name})";

    /// <inheritdoc/>
    public override long[] Shape { get; }

    /// <inheritdoc/>
    public override Constraint ValueConstraint => RealRange.Of(Base.ValueConstraint) is { } range
        ? range.Within(new(Low, High)).ToConstraint()
        : BoundConstraint.Between(Low, High);

    /// <inheritdoc/>
    public override bool IsReparameterized => Base.IsReparameterized;

    /// <inheritdoc/>
    internal override bool HasAtoms => Base.HasAtoms;

    /// <summary>There is none in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException($"{Name} has no mean in closed form. Average draws.");

    /// <summary>There is none in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance => throw new NotSupportedException($"{Name} has no variance in closed form. Average draws.");

    private bool HasLow => !Low.Is(double.NegativeInfinity);

    private bool HasHigh => !High.Is(double.PositiveInfinity);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var (wide, type) = Widened();
        var like = Tensors(wide).FirstOrDefault() ?? tensor(0.0, ScalarType.Float64);
        return wide.Quantile(StandardNoise.Uniform(DrawShape(sampleShape), like, generator)).to(type ?? get_default_dtype());
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (wide, type) = Widened();
        var x = value.to(ScalarType.Float64);
        var (isInside, somewhere) = (Inside(value), HasLow ? wide.Low.AsTensor(x) : HasHigh ? wide.High.AsTensor(x) : x);
        var density = wide.Base.LogProb(where(isInside, x, somewhere)) - wide.LogMass(x);
        return Expanded(density.WhereInside(isInside, value).to(ResultType(value, type)), full);
    }

    /// <summary>There is none in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var (wide, type) = Widened();
        var x = value.to(ScalarType.Float64);
        var (from, to) = wide.Shares(x);
        return Expanded(((wide.Base.Cdf(x) - from) / (to - from)).clamp(0, 1).to(ResultType(value, type)), full);
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        var full = FullShape(probability);
        var (wide, type) = Widened();
        return Expanded(wide.Quantile(probability.OrNaN().to(ScalarType.Float64)).to(ResultType(probability, type)), full);
    }

    /// <inheritdoc/>
    public override Truncated With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Base.With(map), Low.Map(map), High.Map(map), expanded);
    }

    /// <inheritdoc/>
    public override Truncated Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var ofBase = batch is not null && Base.Shape.AsSpan().SequenceEqual(Shape) ? batch : null;
        return new(Base.Map(map, ofBase), Low.Map(t => map(t, 0)), High.Map(t => map(t, 0)), batch ?? expanded);
    }

    /// <inheritdoc/>
    public override Truncated Expand(params long[] sizes) => new(Base, Low, High, Broadcasting.Expand(Shape, sizes, Name));

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault()
    {
        if ((Base.FindParameterFault() ?? Infinite(Low, "low", "-Infinity") ?? Infinite(High, "high", "Infinity") ?? BoundCheck.Find(this, Low, High))
            is { } fault)
        {
            return fault;
        }

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var wide = Widened().Wide;
        var mass = wide.LogMass(Tensors(wide).FirstOrDefault() ?? tensor(0.0, ScalarType.Float64)).exp();
        return ValueCheck.First(mass, mass.gt(0), "bounds", $"{Name} needs a positive probability between its bounds");
    }

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => BoundCheck.Find(this, Low, High) ?? ValueConstraint.Find(value, "value", Name);

    // A number says which tails there are; an infinite entry of a tensor would have its tail's derivative, which is NaN.
    private ValueFault? Infinite(TensorOrScalar bound, string name, string number) => bound.Tensor is { } tensor
        ? ValueCheck.First(tensor, tensor.isfinite(), name, $"{Name} needs a finite {name}, or the number {number}")
        : null;

    private static IEnumerable<Tensor> Tensors(Truncated family)
    {
        var found = new List<Tensor>();
        family.With(t =>
        {
            found.Add(t);
            return t;
        });
        return found;
    }

    private static ScalarType ResultType(Tensor value, ScalarType? own)
    {
        var real = is_floating_point(value) ? value.dtype : own ?? get_default_dtype();
        return own is { } type ? promote_types(real, type) : real;
    }

    // In float64, and the type of the tensors; null where there are only numbers.
    private (Truncated Wide, ScalarType? Type) Widened()
    {
        ScalarType? type = null;
        var wide = With(t =>
        {
            type = type is { } other ? promote_types(other, t.dtype) : t.dtype;
            return t.to(ScalarType.Float64);
        });
        return (wide, type);
    }

    // The base's probabilities below both bounds.
    private (Tensor From, Tensor To) Shares(Tensor like)
    {
        var from = HasLow ? OfBase(Base.Cdf, Low.AsTensor(like), "density") : zeros_like(like);
        return (from, HasHigh ? OfBase(Base.Cdf, High.AsTensor(like), "density") : ones_like(from));
    }

    /// <summary>log(F(high) − F(low)): above the median from the other side, where F would cancel.</summary>
    private Tensor LogMass(Tensor like)
    {
        if (!HasLow && !HasHigh) return zeros_like(like);
        if (!HasLow) return OfBase(Base.LogCdf, High.AsTensor(like), "density");
        var above = OfBase(Base.LogSurvival, Low.AsTensor(like), "density");
        if (!HasHigh) return above;
        var (from, to) = Shares(like);
        var beyond = OfBase(Base.LogSurvival, High.AsTensor(like), "density");
        return where(from.gt(0.5), above.exp() - beyond.exp(), to - from).log();
    }

    // Rounding must neither leave the interval nor reach a probability of 1, whose quantile is infinite.
    private Tensor Quantile(Tensor share)
    {
        const double LessThanOne = 1 - 1.1102230246251565e-16;
        var (from, to) = Shares(share);
        var p = from + share * (to - from);
        var x = OfBase(Base.InverseCdf, HasHigh ? p : p.minimum(where(share.lt(1), full_like(p, LessThanOne), ones_like(p))), "draws and quantiles");
        if (HasLow) x = x.maximum(Low.AsTensor(x).detach());
        return HasHigh ? x.minimum(High.AsTensor(x).detach()) : x;
    }

    // Compared in the value's type, in which the bound itself may have been rounded.
    private Tensor Inside(Tensor value)
    {
        var isInside = value.isnan().logical_not();
        if (HasLow) isInside = isInside.logical_and(value.IsAtLeast(Low));
        return HasHigh ? isInside.logical_and(value.IsAtMost(High)) : isInside;
    }
}
