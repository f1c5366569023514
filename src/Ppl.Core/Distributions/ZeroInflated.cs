using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A family of counts with more zeros: 0 with the probability of the gate, and else a draw of the family, which may be 0 too.</summary>
/// <remarks>
/// log p(x) = log(gate + (1 − gate) p_base(0)) at 0 and log(1 − gate) + log p_base(x) elsewhere; exact at gates 0 and 1, and for a base whose
/// probability of 0 underflows. Lambert (1992), Technometrics 34(1). Shape: that of the base and the gate, broadcast.
/// </remarks>
[Family(Support.Inherited)]
public sealed class ZeroInflated : GatedFamily<ZeroInflated>
{
    // Beyond it exp(−log p_base(0)) would overflow.
    private const double LeastLog = -600;

    /// <summary>A family of counts with more zeros: give exactly one of the gate and its log-odds.</summary>
    /// <param name="distribution">The base: a family of counts, none below 0.</param>
    /// <param name="gate">The probability of a zero that is none of the base's: in [0, 1]. Broadcasts with the base.</param>
    /// <param name="gateLogits">log(gate / (1 − gate)): any real. Broadcasts with the base.</param>
    /// <exception cref="PplArgumentException">Both or neither of gate and gateLogits are given, or the base is no family of counts.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public ZeroInflated(Distribution distribution, TensorOrScalar? gate = null, TensorOrScalar? gateLogits = null)
        : this(Counts(distribution), One(gate, gateLogits))
    {
    }

    private ZeroInflated(Distribution distribution, Parameter gate) : base(distribution, gate)
    {
    }

    /// <summary>(1 − gate) times the base's.</summary>
    public override Tensor Mean => Base.Mean is var m ? Rounded(m * (1 - WideGate(m)), m).expand(Shape) : m;

    /// <summary>(1 − gate) (v + gate m²), with the base's mean m and variance v.</summary>
    public override Tensor Variance
    {
        get
        {
            var mean = Base.Mean;
            var gate = WideGate(mean);
            return Rounded((1 - gate) * (Base.Variance + gate * mean.square()), mean).expand(Shape);
        }
    }

    /// <summary>The base's mode or 0, whichever is more probable.</summary>
    public override Tensor Mode
    {
        get
        {
            var mode = Base.Mode.expand(Shape);
            var isMode = LogProb(mode).gt(LogProb(zeros_like(mode)));
            return where(isMode, mode, zeros_like(mode));
        }
    }

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var counts = Base.Expand(Shape).Sample(sampleShape, generator);
        var isGated = bernoulli(WideGate(counts).expand(counts.shape), generator).gt(0.5);
        return where(isGated, zeros_like(counts), counts);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var density = Base.LogProb(value);
        var (log, isZero) = (density.to(ScalarType.Float64), value.eq(0));

        // What the base excludes leaves the gate without a gradient.
        var others = isZero.logical_or(log.isinf()).logical_not().to(ScalarType.Float64);
        var result = where(isZero, AtZero(where(isZero, log, zeros_like(log))), LogPower(zeros_like(others), others) + log);
        return Expanded(Rounded(result, density), full);
    }

    /// <summary>gate + (1 − gate) times the base's, from 0 on.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var below = Base.Cdf(value);
        var gate = WideGate(below);
        var mixed = gate + (1 - gate) * below;
        return Expanded(Rounded(where(value.ge(0), mixed, zeros_like(mixed)), below), full);
    }

    private protected override ZeroInflated Of(Distribution distribution, Parameter gate) => new(distribution, gate);

    // log(gate + (1 − gate) e^l): by l + log(1 + gate (e^−l − 1)), which has the gradient at gate 0 too, where that does not overflow.
    private Tensor AtZero(Tensor log)
    {
        var (one, none) = (ones_like(log), zeros_like(log));
        if (IsLogits) return logaddexp(LogPower(one, none), LogPower(none, one) + log);
        var gate = GateParameter.Value.Wide(log);
        var isNear = log.gt(LeastLog);
        var near = where(isNear, log, none);
        var direct = near + (gate * (-near).expm1()).log1p();
        var isGated = gate.gt(0);
        var inside = where(isGated.logical_and(gate.lt(1)), gate, full_like(gate, 0.5));
        var far = where(isGated, where(gate.lt(1), logaddexp(inside.log(), (-inside).log1p() + log), none), log);
        return where(isNear, direct, far);
    }
}
