using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The normal distribution between two bounds, or on one side of one.</summary>
/// <remarks>
/// log p(x) = log Normal(x | loc, scale) − log(Φ((high − loc) / scale) − Φ((low − loc) / scale)) for low ≤ x ≤ high, else −∞. It is computed in
/// float64, from the densest point on, so that it is exact for bounds in the far tails and for narrow intervals. A draw is the quantile of a uniform
/// number, with the gradient of implicit reparameterization: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Bounded, Reparameterized = true)]
public sealed class TruncatedNormal : LocationScaleFamily<TruncatedNormal>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);
    private static readonly ParameterDeclaration LowOf = new("low", new BoundConstraint(double.NegativeInfinity), double.NegativeInfinity);
    private static readonly ParameterDeclaration HighOf = new("high", new BoundConstraint(double.PositiveInfinity), double.PositiveInfinity);

    /// <summary>A truncated normal distribution.</summary>
    /// <param name="loc">The mean that it had without bounds: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">The standard deviation that it had without bounds: &gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not
    /// given.</param>
    /// <param name="low">The least value: any real, or the number −∞, as when it is not given. Broadcasts with <paramref name="loc"/>.</param>
    /// <param name="high">The greatest value: above <paramref name="low"/>, or the number ∞, as when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public TruncatedNormal(TensorOrScalar? loc = null, TensorOrScalar? scale = null, TensorOrScalar? low = null, TensorOrScalar? high = null)
        : base(0, LocOf.Of(loc), ScaleOf.Of(scale), LowOf.Of(low), HighOf.Of(high))
    {
    }

    /// <summary>The least value, as given.</summary>
    public TensorOrScalar Low => ParameterAt(2);

    /// <summary>The greatest value, as given.</summary>
    public TensorOrScalar High => ParameterAt(3);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => BoundConstraint.Between(Low, High);

    /// <inheritdoc/>
    public override Tensor Mean
    {
        get
        {
            var frame = Turned(Like);
            return Narrowed(frame.Origin + frame.Direction * frame.Scale * frame.Window.Moments().Offset);
        }
    }

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var frame = Turned(Like);
            return Narrowed(frame.Window.Moments().Variance * frame.Scale.square());
        }
    }

    /// <summary>The value nearest to loc.</summary>
    public override Tensor Mode
    {
        get
        {
            var mode = Loc.AsTensor(Like);
            if (HasLow) mode = mode.maximum(Low.AsTensor(mode));
            if (HasHigh) mode = mode.minimum(High.AsTensor(mode));
            return Whole(mode);
        }
    }

    private bool HasLow => !Low.Is(double.NegativeInfinity);

    private bool HasHigh => !High.Is(double.PositiveInfinity);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var frame = Turned(Like);
        var share = StandardNoise.Uniform(DrawShape(sampleShape), frame.Scale, generator);

        // Draws at the same noise do not jump where the interval is turned round.
        if (HasLow && HasHigh) share = where(frame.Direction.gt(0), share, 1 - share);
        return At(share, frame).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var frame = Turned(value);
        var x = value.to(ScalarType.Float64);
        var y = (x - frame.Origin) * frame.Direction / frame.Scale;
        var density = y * (y + 2 * frame.Window.R) / -2 - frame.Scale.log() - frame.Window.LogMass();
        return Expanded(density.WhereInside(Inside(value), value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var frame = Turned(Like);
        return Narrowed(frame.Scale.log() + frame.Window.LogMass() + frame.Window.Moments().Squares / 2);
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var whole = Turned(value);
        var x = value.to(ScalarType.Float64);
        var (isInside, isBelow) = (Inside(value), HasLow ? value.IsAtMost(Low) : zeros_like(x, ScalarType.Bool));
        if (HasHigh) x = where(x.IsAbove(High), High.Wide(x), x);
        isInside = isInside.logical_and(isBelow.logical_not());
        var part = Turned(HasLow ? Low.Wide(x) : null, where(isInside, x, Anywhere(x)), x);
        var (r, other) = (part.Window.R, whole.Window.R);
        var probability = (part.Window.LogMass() - whole.Window.LogMass() - (r - other) * (r + other) / 2).exp();
        var outside = isBelow.logical_not().to(ScalarType.Float64);
        return Expanded(where(isInside, probability, outside).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var p = probability.to(ScalarType.Float64);
        return Quantile(p, 1 - p, probability);
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var p = probability.to(ScalarType.Float64);
        return Quantile(1 - p, p, probability);
    }

    private Tensor Quantile(Tensor below, Tensor above, Tensor probability)
    {
        var frame = Turned(probability);
        var quantile = At(where(frame.Direction.gt(0), below, above), frame);
        return Expanded(quantile.to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => base.FindParameterFault() ?? BoundCheck.Find(this, Low, High);

    /// <summary>The first upper bound below its lower one, which leaves no values; else the first value outside.</summary>
    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => BoundCheck.Find(this, Low, High) ?? base.FindValueFault(value);

    /// <summary>The interval in standard units, turned so that its densest point comes first.</summary>
    /// <param name="Window">The interval.</param>
    /// <param name="Origin">The densest point: loc, or the nearest bound.</param>
    /// <param name="Direction">−1 where it is turned, else 1.</param>
    /// <param name="Scale">The standard unit.</param>
    private sealed record Frame(NormalWindow Window, Tensor Origin, Tensor Direction, Tensor Scale);

    private Frame Turned(Tensor? like) => Turned(HasLow ? Low.Wide(like) : null, HasHigh ? High.Wide(like) : null, like);

    private Frame Turned(Tensor? low, Tensor? high, Tensor? like)
    {
        var (loc, scale) = (Loc.Wide(like), Scale.Wide(like));
        var one = ones_like(scale);
        if (low is null && high is null) return new(new(full_like(loc + scale, NormalWindow.NoBound), null), loc, one, scale);
        if (high is null) return Place((low! - loc) / scale, null, low!, one);
        if (low is null) return Place((loc - high) / scale, null, high, -one);
        var isTurned = (low - loc + (high - loc)).lt(0);
        var direction = where(isTurned, -1, ones_like(isTurned, ScalarType.Float64));
        var near = where(isTurned, high, low);
        return Place((near - loc) * direction / scale, (high - low) / scale, near, direction);

        Frame Place(Tensor a, Tensor? width, Tensor near, Tensor direction) => new(new(a, width), where(a.gt(0), near, loc), direction, scale);
    }

    // The quantile, and what it moves by with each parameter, by implicit differentiation. The mean of the slopes where it is and where they lead, a
    // step of the trapezoidal rule, has their derivative too: the second derivative of the draw.
    private Tensor At(Tensor share, Frame frame)
    {
        var window = frame.Window;
        var offset = window.Quantile(share);
        var value = frame.Origin.detach() + frame.Direction * frame.Scale.detach() * offset;
        if (!is_grad_enabled()) return value;
        var here = Detached(window.Slopes(offset, share));
        var there = window.Slopes(offset + Step(here) - Moving(window.R), share);
        var step = (Step(here) + Step(there)) / 2;
        return value + Moving(Loc.Wide(share)) + frame.Direction * Moving(frame.Scale * (window.R.detach() + offset + step));

        Tensor Step((Tensor Lower, Tensor? Upper, Tensor Share) slopes)
        {
            var step = slopes.Lower * Moving(window.A) + slopes.Share * Moving(share);
            return slopes.Upper is { } upper ? step + upper * (Moving(window.A) + Moving(window.Width!)) : step;
        }
    }

    private static (Tensor Lower, Tensor? Upper, Tensor Share) Detached((Tensor Lower, Tensor? Upper, Tensor Share) slopes)
        => (slopes.Lower.detach(), slopes.Upper?.detach(), slopes.Share.detach());

    // 0, with the gradient of a parameter.
    private static Tensor Moving(Tensor parameter) => parameter - parameter.detach();

    // Compared in the value's type, in which the bound itself may have been rounded.
    private Tensor Inside(Tensor value)
    {
        var isInside = value.isnan().logical_not();
        if (HasLow) isInside = isInside.logical_and(value.IsAtLeast(Low));
        return HasHigh ? isInside.logical_and(value.IsAtMost(High)) : isInside;
    }

    // A point within the bounds, off their ends.
    private Tensor Anywhere(Tensor like) => (HasLow, HasHigh) switch
    {
        (true, true) => (Low.Wide(like) + High.Wide(like)) / 2,
        (true, false) => Low.Wide(like) + Scale.Wide(like),
        _ => HasHigh ? High.Wide(like) - Scale.Wide(like) : Loc.Wide(like),
    };

    private Tensor Narrowed(Tensor moment) => Whole(moment.Narrow(Like));
}
