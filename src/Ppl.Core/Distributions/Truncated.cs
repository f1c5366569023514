using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Another distribution between two bounds, or on one side of one.</summary>
/// <remarks>
/// log p(x) = log p_base(x) − log(F(high) − F(low)) for low ≤ x ≤ high, else −∞, with the base's distribution function F. A draw is the base's
/// quantile of a uniform number between F(low) and F(high); it is pathwise where the base's draws are. All is computed in float64. Above the base's
/// median <see cref="Distribution.LogSurvival"/> and <see cref="Distribution.InverseSurvival"/> stand for F and its inverse, and an upper tail is
/// exact as far out as the base's are. Shape: the base's and the bounds', broadcast.
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
        var share = StandardNoise.Uniform(DrawShape(sampleShape), like, generator);
        return wide.Quantile(share, 1 - share).to(type ?? get_default_dtype());
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
        var shares = wide.SharesOf(x);
        var below = where(shares.IsUpper, shares.Above - wide.Base.LogSurvival(x).exp(), wide.Base.Cdf(x) - shares.From);
        return Expanded((below / shares.Between).clamp(0, 1).to(ResultType(value, type)), full);
    }

    /// <summary>log P(X ≤ x); without a low the base's less that at high, exact as far out as it is.</summary>
    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => HasLow ? base.LogCdf(value) : LogShare(value, wide => wide.Base.LogCdf);

    /// <summary>log P(X &gt; x); without a high the base's less that at low, exact as far out as it is.</summary>
    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => HasHigh ? base.LogSurvival(value) : LogShare(value, wide => wide.Base.LogSurvival);

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        var full = FullShape(probability);
        var (wide, type) = Widened();
        var p = probability.OrNaN().to(ScalarType.Float64);
        return Expanded(wide.Quantile(p, 1 - p).to(ResultType(probability, type)), full);
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        var full = FullShape(probability);
        var (wide, type) = Widened();
        var p = probability.OrNaN().to(ScalarType.Float64);
        return Expanded(wide.Quantile(1 - p, p).to(ResultType(probability, type)), full);
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

    /// <summary>The base's probabilities at the bounds.</summary>
    /// <param name="From">F(low).</param>
    /// <param name="Above">1 − F(low).</param>
    /// <param name="Beyond">1 − F(high).</param>
    /// <param name="IsUpper">Whether the interval is above the median, where F would cancel.</param>
    /// <param name="Between">F(high) − F(low).</param>
    private sealed record Shares(Tensor From, Tensor Above, Tensor Beyond, Tensor IsUpper, Tensor Between);

    private Shares SharesOf(Tensor like)
    {
        Tensor? low = HasLow ? Low.AsTensor(like) : null, high = HasHigh ? High.AsTensor(like) : null;
        var from = low is null ? zeros_like(like) : OfBase(Base.Cdf, low, "density");
        var above = low is null ? ones_like(from) : OfBase(Base.LogSurvival, low, "density").exp();
        var to = high is null ? ones_like(from) : OfBase(Base.Cdf, high, "density");
        var beyond = high is null ? zeros_like(from) : OfBase(Base.LogSurvival, high, "density").exp();
        var isUpper = from.gt(0.5);
        return new(from, above, beyond, isUpper, where(isUpper, above - beyond, to - from));
    }

    /// <summary>log(F(high) − F(low)).</summary>
    private Tensor LogMass(Tensor like)
    {
        if (!HasLow && !HasHigh) return zeros_like(like);
        if (!HasLow) return OfBase(Base.LogCdf, High.AsTensor(like), "density");
        return HasHigh ? SharesOf(like).Between.log() : OfBase(Base.LogSurvival, Low.AsTensor(like), "density");
    }

    // Of one open side. Beyond the bound all of it is left.
    private Tensor LogShare(Tensor value, Func<Truncated, Func<Tensor, Tensor>> side)
    {
        var full = FullShape(value);
        var (wide, type) = Widened();
        var x = value.to(ScalarType.Float64);
        if (HasLow) x = x.maximum(wide.Low.AsTensor(x));
        if (HasHigh) x = x.minimum(wide.High.AsTensor(x));
        return Expanded((side(wide)(x) - wide.LogMass(x)).clamp_max(0).to(ResultType(value, type)), full);
    }

    // From the nearer end, where nothing rounds to 0 or 1; the other side is asked for the median. Rounding must not leave the interval.
    private Tensor Quantile(Tensor share, Tensor rest)
    {
        var shares = SharesOf(share);
        var (inside, outside) = (shares.From + share * shares.Between, shares.Beyond + rest * shares.Between);
        var isUpper = outside.lt(0.5);
        var lower = OfBase(Base.InverseCdf, where(isUpper, 0.5, inside), "draws and quantiles");
        var x = where(isUpper, OfBase(Base.InverseSurvival, where(isUpper, outside, 0.5), "draws and quantiles"), lower);
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
