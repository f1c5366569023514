using System.Diagnostics.CodeAnalysis;
using Ppl.Shapes;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of y = T(x) for x from a base: log p(y) = log p(x) − log |det ∂y/∂x| at x = T⁻¹(y).</summary>
/// <remarks>
/// A draw remembers its x: <see cref="LogProb"/> at that very tensor, or at the view of it that folding and unfolding particles makes, inverts
/// nothing (see the remarks of <c>DrawMemory</c>); so log q is exact where T saturates. A detached draw is inverted. The event is what the
/// transform and the base take together: pushing a Normal over K − 1 numbers through a map onto the simplex gives one event of K entries.
/// </remarks>
[Family(Support.Inherited, Reparameterized = true)]
public class Transformed : Distribution, Divergences.IPushed
{
    private readonly long[] shape;

    // How many of the base's own dimensions the map takes together, and how many of the map's results the base's event does.
    private readonly int summedBase;
    private readonly int summedTransform;

    /// <summary>Pushes a distribution through a transform.</summary>
    /// <param name="distribution">The base, with continuous values in the map's domain.</param>
    /// <param name="transform">T.</param>
    /// <exception cref="PplShapeException">The map is not defined for the base's shape.</exception>
    /// <exception cref="PplArgumentException">
    /// The base is discrete, or has numbers that the map does not take, or the map keeps a trained tensor that its Map does not reach.
    /// </exception>
    public Transformed(Distribution distribution, Transform transform)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(transform);
        if (distribution.IsDiscrete)
            throw new PplArgumentException($"Transformed needs a base with a density; {distribution.Name} is discrete.");
        transform.RefuseUnmapped(isAny: false);
        RefuseOutside(distribution, transform);
        var inner = distribution.Shape;
        if (inner.Length < transform.DomainRank)
            throw new PplShapeException($"{transform.Name} needs {transform.DomainRank} event dimensions; {distribution} has {inner.Length}.");
        shape = transform.ForwardShape(inner);

        // Parameters of the map may have more rows than the base: each has a draw of its own.
        var full = transform.InverseShape(shape);
        if (!full.AsSpan().SequenceEqual(inner)) distribution = distribution.Expand(full[..^distribution.EventDimensions]);
        (Base, Transform) = (distribution, transform);
        summedBase = Math.Max(0, transform.DomainRank - distribution.EventDimensions);
        summedTransform = Math.Max(0, distribution.EventDimensions - transform.DomainRank);
    }

    /// <summary>The distribution of x.</summary>
    public Distribution Base { get; }

    /// <summary>T.</summary>
    public Transform Transform { get; }

    /// <inheritdoc/>
    public override string Name => $"Transformed({Base.Name}, {Transform.Name})";

    /// <inheritdoc/>
    public override long[] Shape => [.. shape];

    /// <inheritdoc/>
    public override int EventDimensions => Transform.CodomainRank + summedTransform;

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Transform.Codomain(Base.ValueConstraint);

    /// <inheritdoc/>
    public override bool IsReparameterized => Base.IsReparameterized;

    /// <inheritdoc/>
    internal override bool HasAtoms => Base.HasAtoms;

    /// <summary>Known where the base is a point, or the transform is affine, as compositions of affine maps are.</summary>
    /// <exception cref="NotSupportedException">Otherwise: a mean is not pushed through a map.</exception>
    public override Tensor Mean => Base is Delta || Transform.IsAffine
        ? Transform.Forward(Base.Mean)
        : throw new NotSupportedException($"{Name} has no mean in closed form. Average draws.");

    /// <summary>Known where the base is a point, or the transform is affine.</summary>
    /// <exception cref="NotSupportedException">Otherwise.</exception>
    public override Tensor Variance => Base is Delta ? zeros_like(Mean)
        : Transform.IsAffine ? Transform.PushVariance(Base.Variance).expand(shape)
        : throw new NotSupportedException($"{Name} has no variance in closed form. Average draws.");

    /// <summary>Known where the base is a point, or the transform is affine: elsewhere the density of y has its highest place elsewhere.</summary>
    /// <exception cref="NotSupportedException">Otherwise.</exception>
    public override Tensor Mode => Base is Delta || Transform.IsAffine ? Transform.Forward(Base.Mode) : base.Mode;

    /// <summary>
    /// That of the base at T⁻¹(y), or P(X &gt; T⁻¹(y)) for a decreasing map: for maps of numbers that say their <see cref="Transform.Sign"/>.
    /// </summary>
    /// <param name="value">Broadcasts with <see cref="Shape"/>.</param>
    /// <exception cref="NotSupportedException">The map says no sign, the base has none, or single values of the base have a probability.</exception>
    public override Tensor Cdf(Tensor value) => Through(value, Base.Cdf, x => Base.LogSurvival(x).exp(), 0, 1);

    /// <inheritdoc cref="Cdf"/>
    public override Tensor LogCdf(Tensor value) => Through(value, Base.LogCdf, Base.LogSurvival, double.NegativeInfinity, 0);

    /// <inheritdoc cref="Cdf"/>
    public override Tensor LogSurvival(Tensor value) => Through(value, Base.LogSurvival, Base.LogCdf, 0, double.NegativeInfinity);

    /// <summary>T of the base's quantile; for a decreasing map of its <see cref="Distribution.InverseSurvival"/>.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Shape"/>.</param>
    /// <exception cref="NotSupportedException">As <see cref="Cdf"/>.</exception>
    public override Tensor InverseCdf(Tensor probability) => SignOfMap is { } sign
        ? Quantile(sign, probability, Base.InverseCdf, Base.InverseSurvival)
        : base.InverseCdf(probability);

    /// <summary>T of the base's; for a decreasing map of its quantile.</summary>
    /// <inheritdoc cref="InverseCdf"/>
    public override Tensor InverseSurvival(Tensor probability) => SignOfMap is { } sign
        ? Quantile(sign, probability, Base.InverseSurvival, Base.InverseCdf)
        : base.InverseSurvival(probability);

    private Tensor Quantile(TensorOrScalar sign, Tensor probability, Func<Tensor, Tensor> increasing, Func<Tensor, Tensor> decreasing)
        => Chosen(sign, () => Transform.Forward(increasing(probability)), () => Transform.Forward(decreasing(probability)))
            .expand(FullShape(probability));

    private TensorOrScalar? SignOfMap => EventDimensions > 0 || Base.HasAtoms ? null : Transform.Sign;

    /// <summary>A function of the argument that is one of the base for an increasing map, and another for a decreasing one.</summary>
    private Tensor Through(Tensor value, Func<Tensor, Tensor> increasing, Func<Tensor, Tensor> decreasing, double below, double above)
    {
        if (SignOfMap is not { } sign) return base.Cdf(value);
        var full = FullShape(value);
        value = ValueCheck.AsReal(value, null).expand(full);

        var range = RealRange.Of(ValueConstraint) ?? new(double.NegativeInfinity, double.PositiveInfinity);
        // NaN is on neither side of the set, and stays what it is.
        var (isAbove, isBelow) = (value.IsAtMost(range.Low).logical_not(), value.IsAtLeast(range.High).logical_not());
        var isInside = isAbove.logical_and(isBelow);

        // The map has no argument for what is outside; some number of the set stands for it.
        if (!isInside.HoldsEverywhere(value))
            value = where(isInside, value, ValueConstraint.Bijection?.Forward(zeros_like(value)) ?? zeros_like(value));
        var x = Transform.Inverse(value);
        var result = Chosen(sign, () => increasing(x), () => decreasing(x));
        return result.Or(isAbove, below).Or(isBelow, above).expand(full);
    }

    private static Tensor Chosen(TensorOrScalar sign, Func<Tensor> increasing, Func<Tensor> decreasing)
        => sign.IsScalar ? sign.Scalar > 0 ? increasing() : decreasing() : where(sign.Tensor.gt(0), increasing(), decreasing());

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Push(Base.RSample(sampleShape, generator));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad()) return Push(Base.Sample(sampleShape, generator));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var isInside = DrawMemory.Recall(value, Transform) is null ? ValueConstraint.ContainsEvents(value) : null;
        return isInside is null ? LogProbOfResult(value, full) : LogProbInside(value, isInside, full);
    }

    // What the map has no argument for has the density 0 and no gradient: some element of the set stands for it.
    private Tensor LogProbInside(Tensor value, Tensor isInside, long[] full)
    {
        if (isInside.all().ToBoolean()) return LogProbOfResult(value, full);
        var rank = ValueConstraint.EventRank;
        var mask = isInside.reshape([.. isInside.shape, .. Enumerable.Repeat(1L, rank)]);
        var inside = ValueConstraint.Bijection is { } map ? map.Forward(zeros(map.InverseShape(value.shape), value.dtype, value.device)) : value;
        var density = LogProbOfResult(where(mask, value, inside), full);
        isInside = isInside.expand(full[..^rank]);
        for (var i = rank; i < EventDimensions; i++) isInside = isInside.all(-1);
        return density.WhereInside(isInside, value, EventDimensions);
    }

    private Tensor LogProbOfResult(Tensor value, long[] full)
    {
        var (x, volume) = DrawMemory.Invert(value, Transform);

        // A point has no volume that could change: a density with respect to counting stays.
        if (Base is Delta) return EventSum.SumLast(Base.LogProb(x), summedBase);
        var density = EventSum.SumLast(Base.CheckedLogProb(x), summedBase)
            - EventSum.SumLast(volume, summedTransform);
        var expected = full.AsSpan(..^EventDimensions);
        return density.shape.AsSpan().SequenceEqual(expected) ? density : density.expand(expected.ToArray());
    }

    /// <summary>That of the base, plus the log-determinant, which is constant where the transform is affine.</summary>
    /// <exception cref="NotSupportedException">The transform is not affine.</exception>
    public override Tensor Entropy()
    {
        if (Base is Delta) return EventSum.SumLast(Base.Entropy(), summedBase);
        if (!Transform.IsAffine) throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");
        var entropy = Base.Entropy();
        var x = zeros(Base.Shape, entropy.dtype, entropy.device);
        return EventSum.SumLast(entropy, summedBase) + EventSum.SumLast(Transform.LogAbsDetJacobian(x, Transform.Forward(x)), summedTransform);
    }

    /// <inheritdoc/>
    public override Transformed With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Of(Base.With(map), Transform.Map((tensor, _) => map(tensor)));
    }

    /// <inheritdoc/>
    public override Transformed Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Of(Base.Map((tensor, own) => map(tensor, own + summedBase), WithBaseEvent(batch)), Transform.Map(map));
    }

    /// <inheritdoc/>
    public override Transformed Expand(params long[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        return Of(Base.Expand(WithBaseEvent(sizes)), Transform);
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => Base.FindParameterFault() ?? Transform.FindFault();

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => ValueConstraint.Find(value, "value", Name);

    /// <summary>The same kind of distribution of another base and map.</summary>
    private protected virtual Transformed Of(Distribution distribution, Transform transform) => new(distribution, transform);

    private Tensor Push(Tensor x)
    {
        var y = DrawMemory.Push(x, Transform);
        long[] expected = [.. x.shape[..^Base.Shape.Length], .. shape];
        if (y.shape.AsSpan().SequenceEqual(expected)) return y;
        throw new PplShapeException(
            $"{Transform.Name}.Forward makes shape {ShapeText.Of(y.shape)} of {ShapeText.Of(x.shape)}; by its ForwardShape it is "
            + $"{ShapeText.Of(expected)}. A map whose parameters may have rows overrides ForwardShape and InverseShape.");
    }

    [return: NotNullIfNotNull(nameof(batch))]
    private long[]? WithBaseEvent(long[]? batch)
    {
        if (batch is null) return null;
        var own = Base.Shape;
        var end = own.Length - Base.EventDimensions;
        return [.. batch, .. own[(end - summedBase)..end]];
    }

    /// <summary>A normal's power would be NaN for half of the draws, and its density miss their mass.</summary>
    private static void RefuseOutside(Distribution distribution, Transform transform)
    {
        // What a map says of its results may hold more than these.
        if (distribution is Transformed) return;
        if (RealRange.Of(distribution.ValueConstraint) is not { Low.IsScalar: true, High.IsScalar: true } values) return;
        if (RealRange.Of(transform.Domain) is not { Low.IsScalar: true, High.IsScalar: true } taken) return;
        if (values.Low.Scalar >= taken.Low.Scalar && values.High.Scalar <= taken.High.Scalar) return;
        throw new PplArgumentException(
            $"{transform.Name} takes numbers of {transform.Domain} alone, and {distribution.Name} has those of {distribution.ValueConstraint}: "
            + "take a base, or a map before this one, whose values lie there.");
    }
}
