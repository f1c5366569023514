using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The real numbers between two bounds, of which −∞ and ∞ stand for none: what sets of single numbers have in common.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
/// <param name="IsLowOpen">Whether the lower bound itself is left out.</param>
/// <param name="IsHighOpen">Whether the upper bound itself is left out.</param>
internal readonly record struct RealRange(TensorOrScalar Low, TensorOrScalar High, bool IsLowOpen = false, bool IsHighOpen = false)
{
    /// <summary>The range of a set of single numbers; null for other sets.</summary>
    public static RealRange? Of(Constraint set) => set switch
    {
        RealConstraint { Rank: 0 } => new(double.NegativeInfinity, double.PositiveInfinity),
        BelowBoundedConstraint c => new(c.Low, double.PositiveInfinity, !c.IsClosed),
        AboveBoundedConstraint c => new(double.NegativeInfinity, c.High, false, true),
        AtMostConstraint c => new(double.NegativeInfinity, c.High),
        IntervalConstraint c => new(c.Low, c.High),
        OpenUnitInterval => new(0, 1, true, true),
        _ => null,
    };

    /// <summary>The smallest set that holds several; null where they are not all ranges, or not all of whole numbers.</summary>
    public static Constraint? Hull(IReadOnlyList<Constraint> sets)
    {
        if (sets.All(set => set is IntegerConstraint))
            return sets.Cast<IntegerConstraint>().Aggregate((a, b) => new(Least(a.Low, b.Low), Greatest(a.High, b.High)));
        var hull = Of(sets[0]);
        foreach (var set in sets.Skip(1)) hull = hull is { } a && Of(set) is { } b ? a.With(b) : null;
        return hull?.ToConstraint();
    }

    /// <summary>The smallest set that holds those of several rows.</summary>
    /// <param name="set">The set, whose bounds have the rows.</param>
    /// <param name="least">The least of the rows of a bound.</param>
    /// <param name="greatest">The greatest.</param>
    public static Constraint Hull(Constraint set, Func<Tensor, Tensor> least, Func<Tensor, Tensor> greatest) => set switch
    {
        VectorConstraint c => new VectorConstraint(Hull(c.Element, least, greatest)),
        IntegerConstraint { Low: { IsScalar: true }, High: { IsScalar: true } } => set,
        IntegerConstraint c => new IntegerConstraint(c.Low.Map(least), c.High.Map(greatest)),
        _ => Of(set) is { } range && !(range.Low.IsScalar && range.High.IsScalar)
            ? (range with { Low = range.Low.Map(least), High = range.High.Map(greatest) }).ToConstraint()
            : set,
    };

    /// <summary>What both ranges hold. Where their bounds are tensors, a bound that one of them has is taken for closed.</summary>
    public RealRange Within(RealRange other)
    {
        var (low, high) = (Greatest(Low, other.Low), Least(High, other.High));
        return new(low, high, IsOpen(low, Low, IsLowOpen, other.Low, other.IsLowOpen), IsOpen(high, High, IsHighOpen, other.High, other.IsHighOpen));
    }

    /// <summary>The set of the range.</summary>
    public Constraint ToConstraint() => (HasLow, HasHigh) switch
    {
        (false, false) => Constraint.Real,
        (true, false) => new BelowBoundedConstraint(Low, !IsLowOpen),
        (false, true) => IsHighOpen ? new AboveBoundedConstraint(High) : new AtMostConstraint(High),
        _ => IsLowOpen && IsHighOpen && Low.Is(0) && High.Is(1) ? OpenUnitInterval.Instance : new IntervalConstraint(Low, High),
    };

    /// <summary>The image under an increasing map, or a decreasing one, of its bounds.</summary>
    /// <param name="map">The map of a bound that is finite.</param>
    /// <param name="atLow">Its limit at −∞.</param>
    /// <param name="atHigh">Its limit at ∞.</param>
    public RealRange Mapped(Func<TensorOrScalar, TensorOrScalar> map, double atLow, double atHigh)
    {
        var (low, high) = (HasLow ? map(Low) : atLow, HasHigh ? map(High) : atHigh);
        var (isLowOpen, isHighOpen) = (IsLowOpen || !HasLow, IsHighOpen || !HasHigh);
        return atLow <= atHigh ? new(low, high, isLowOpen, isHighOpen) : new(high, low, isHighOpen, isLowOpen);
    }

    private bool HasLow => !Low.Is(double.NegativeInfinity);

    private bool HasHigh => !High.Is(double.PositiveInfinity);

    private RealRange With(RealRange other)
    {
        var (low, high) = (Least(Low, other.Low), Greatest(High, other.High));
        return new(
            low,
            high,
            (low != Low || IsLowOpen) && (low != other.Low || other.IsLowOpen),
            (high != High || IsHighOpen) && (high != other.High || other.IsHighOpen));
    }

    private static bool IsOpen(TensorOrScalar bound, TensorOrScalar one, bool isOneOpen, TensorOrScalar other, bool isOtherOpen)
        => (bound == one && isOneOpen) || (bound == other && isOtherOpen);

    private static TensorOrScalar Least(TensorOrScalar a, TensorOrScalar b) => (a.IsScalar, b.IsScalar) switch
    {
        (true, true) => Math.Min(a.Scalar, b.Scalar),
        _ when a == b || a.Is(double.NegativeInfinity) || b.Is(double.PositiveInfinity) => a,
        _ when b.Is(double.NegativeInfinity) || a.Is(double.PositiveInfinity) => b,
        _ => a.AsTensor(b.Tensor).minimum(b.AsTensor(a.Tensor)),
    };

    private static TensorOrScalar Greatest(TensorOrScalar a, TensorOrScalar b) => (a.IsScalar, b.IsScalar) switch
    {
        (true, true) => Math.Max(a.Scalar, b.Scalar),
        _ when a == b || a.Is(double.PositiveInfinity) || b.Is(double.NegativeInfinity) => a,
        _ when b.Is(double.PositiveInfinity) || a.Is(double.NegativeInfinity) => b,
        _ => a.AsTensor(b.Tensor).maximum(b.AsTensor(a.Tensor)),
    };
}
