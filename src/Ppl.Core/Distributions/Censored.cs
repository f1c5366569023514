using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What is seen of a continuous variable by an instrument with a range: the value, or the end of the range that it lies beyond.</summary>
/// <remarks>
/// X = min(max(Y, low), high) for Y from the base. Inside the range log p(x) is the base's log-density; at an end it is the logarithm of the
/// probability beyond it, P(Y ≤ low) or P(Y &gt; high); outside it is −∞. The tails are the base's <see cref="Distribution.LogCdf"/> and
/// <see cref="Distribution.LogSurvival"/>. An end that the base cannot lie beyond, such as low = 0 of a LogNormal, is a value of density −∞
/// without a gradient. A time that had not come to an end when it was last looked at, at c, is the value c with high = c.
/// </remarks>
[Family(Support.Inherited, Reparameterized = true)]
public sealed class Censored : Distribution
{
    private readonly long[] batch;

    /// <summary>A distribution seen through a range.</summary>
    /// <param name="distribution">The base: continuous, of single numbers, with a distribution function.</param>
    /// <param name="low">The lower end: any real. Broadcasts with the base; none when null.</param>
    /// <param name="high">The upper end, above <paramref name="low"/>. Broadcasts with the base; none when null.</param>
    /// <exception cref="PplArgumentException">The base is discrete or has events of several numbers, or there is no end.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Censored(Distribution distribution, TensorOrScalar? low = null, TensorOrScalar? high = null)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        if (distribution.IsDiscrete || distribution.EventDimensions > 0)
        {
            var why = distribution.IsDiscrete
                ? "is discrete"
                : $"has events of {ShapeText.Of(distribution.Shape[^distribution.EventDimensions..])} numbers";
            throw new PplArgumentException($"Censored needs a continuous base of single numbers; {distribution.Name} {why}.");
        }

        if (low is null && high is null) throw new PplArgumentException("Censored needs low, high or both.");
        (Low, High) = (low, high);
        batch = distribution.Shape;
        if (low is { IsScalar: false }) batch = Broadcasting.Broadcast(batch, low.Value.Shape, distribution.Name, "Censored's low");
        if (high is { IsScalar: false }) batch = Broadcasting.Broadcast(batch, high.Value.Shape, distribution.Name, "Censored's high");
        Base = batch.AsSpan().SequenceEqual(distribution.Shape) ? distribution : distribution.Expand(batch);
    }

    /// <summary>The base.</summary>
    public Distribution Base { get; }

    /// <summary>The lower end; null where there is none.</summary>
    public TensorOrScalar? Low { get; }

    /// <summary>The upper end; null where there is none.</summary>
    public TensorOrScalar? High { get; }

    /// <inheritdoc/>
    public override string Name => $"Censored({Base.Name})";

    /// <inheritdoc/>
    public override long[] Shape => [.. batch];

    /// <summary>What the range has of the base's support.</summary>
    public override Constraint ValueConstraint => (Low, High) switch
    {
        ({ } low, { } high) => Cut(low, high) ?? new IntervalConstraint(low, high),
        ({ } low, null) => Cut(low, double.PositiveInfinity) ?? new BelowBoundedConstraint(low, true),
        (null, { } high) => Cut(double.NegativeInfinity, high) ?? Base.ValueConstraint,
        _ => Base.ValueConstraint,
    };

    /// <inheritdoc/>
    public override bool IsReparameterized => Base.IsReparameterized;

    /// <inheritdoc/>
    internal override bool HasAtoms => true;

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException($"{Name} has no mean in closed form. Average draws.");

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance => throw new NotSupportedException($"{Name} has no variance in closed form. Average draws.");

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Cut(Base.RSample(sampleShape, generator));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad()) return Cut(Base.Sample(sampleShape, generator));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var density = Base.LogProb(value);
        value = ValueCheck.AsReal(value, density);

        // Values are compared in their own type, to which a value at an end was rounded.
        if (Low?.AsTensor(value) is { } low)
        {
            density = density.to(promote_types(density.dtype, low.dtype));
            var tail = Tail(Base.LogCdf, low, value, -1).to(density.dtype);
            var end = low.to(value.dtype);
            density = where(value.le(end), tail, density).WhereInside(value.ge(end), value);
        }

        if (High?.AsTensor(value) is { } high)
        {
            density = density.to(promote_types(density.dtype, high.dtype));
            var tail = Tail(Base.LogSurvival, high, value, 1).to(density.dtype);
            var end = high.to(value.dtype);
            density = where(value.ge(end), tail, density).WhereInside(value.le(end), value);
        }

        return Expanded(density, full);
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Between(Base.Cdf, value, 0, 1);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => Between(Base.LogCdf, value, double.NegativeInfinity, 0);

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Between(Base.LogSurvival, value, 0, double.NegativeInfinity);

    /// <summary>The base's quantile, cut off at the bounds.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    /// <exception cref="NotSupportedException">The base has none.</exception>
    public override Tensor InverseCdf(Tensor probability) => Cut(Base.InverseCdf(probability));

    /// <summary>The base's, cut off at the bounds.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    /// <exception cref="NotSupportedException">The base has none.</exception>
    public override Tensor InverseSurvival(Tensor probability) => Cut(Base.InverseSurvival(probability));

    private Tensor Between(Func<Tensor, Tensor> share, Tensor value, double below, double above)
    {
        var inside = share(value);
        if (Low?.AsTensor(value) is { } low) inside = where(value.lt(low), full_like(inside, below), inside);
        return High?.AsTensor(value) is { } high ? where(value.ge(high), full_like(inside, above), inside) : inside;
    }

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    /// <inheritdoc/>
    public override Censored With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Base.With(map), Low?.Map(map), High?.Map(map));
    }

    /// <inheritdoc/>
    public override Censored Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Base.Map(map, batch), Low?.Map(t => map(t, 0)), High?.Map(t => map(t, 0)));
    }

    /// <inheritdoc/>
    public override Censored Expand(params long[] sizes) => new(Base.Expand(sizes), Low, High);

    /// <summary>The first bad entry of the base's parameters or of the ends.</summary>
    public override ValueFault? FindParameterFault()
    {
        if (Base.FindParameterFault() is { } fault) return fault;
        if (Low is { } low && Constraint.Real.Find(low, "low", Name) is { } lowFault) return lowFault;
        return High is { } high ? (Low is { } least ? new BelowBoundedConstraint(least, false) : Constraint.Real).Find(high, "high", Name) : null;
    }

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
    {
        if ((Low is null ? Base.ValueConstraint : ValueConstraint).Find(value, "value", Name) is { } fault) return fault;
        if (Low is null && High is { } high)
        {
            return ValueCheck.First(
                value, value.IsAtMost(high), "value", $"{Name} needs a value <= {high}", "give the upper end where the value lies beyond");
        }

        return null;
    }

    // The logarithm of the probability beyond an end. Where that is 0 the logarithm's gradient is NaN, which would reach the parameters through
    // entries that lie inside; so it is taken there at a number on the inner side, as far in as the ends and the values go.
    private Tensor Tail(Func<Tensor, Tensor> logTail, Tensor end, Tensor value, int side)
    {
        var wide = end.to(ScalarType.Float64);
        var tail = OfBase(logTail, wide, "density");
        var isPossible = tail.detach().ne(double.NegativeInfinity);
        if (isPossible.all().ToBoolean()) return tail;
        if (!tail.requires_grad || !isPossible.any().ToBoolean()) return tail.detach();
        var seen = cat([wide.detach().flatten(), value.detach().to(ScalarType.Float64).flatten()], 0);
        var finite = seen.masked_select(seen.isfinite());
        var inner = side < 0 ? finite.max() : finite.min();
        return logTail(where(isPossible, wide, inner)).WhereInside(isPossible);
    }

    private Constraint? Cut(TensorOrScalar low, TensorOrScalar high) => RealRange.Of(Base.ValueConstraint)?.Within(new(low, high)).ToConstraint();

    private Tensor Cut(Tensor draws)
    {
        if (Low?.AsTensor(draws) is { } low) draws = draws.maximum(low);
        return High?.AsTensor(draws) is { } high ? draws.minimum(high) : draws;
    }
}
