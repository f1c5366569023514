using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A family of counts with a probability of 0 of its own: 0 with that of the gate, and else a draw of the family that is not 0.</summary>
/// <remarks>
/// log p(x) = log gate at 0 and log(1 − gate) + log p_base(x) − log(1 − p_base(0)) elsewhere. Mullahy (1986), Journal of Econometrics 33(3). Draws
/// of the base are repeated where they are 0; where that comes to nothing, they are inverted by summing probabilities. Shape: that of the base and
/// the gate, broadcast.
/// </remarks>
[Family(Support.Inherited)]
public sealed class Hurdle : GatedFamily<Hurdle>
{
    // Of the draws that a base with 0 half the time gives, one in 1e6 is still 0.
    private const int Repetitions = 20;

    private const long MostSummed = 10_000_000;

    private const long Chunk = 256;

    /// <summary>A family of counts behind a hurdle: give exactly one of the gate and its log-odds.</summary>
    /// <param name="distribution">The base: a family of counts, none below 0, and not of 0 alone.</param>
    /// <param name="gate">The probability of 0: in [0, 1]. Broadcasts with the base.</param>
    /// <param name="gateLogits">log(gate / (1 − gate)): any real. Broadcasts with the base.</param>
    /// <exception cref="PplArgumentException">Both or neither of gate and gateLogits are given, or the base is no family of counts.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Hurdle(Distribution distribution, TensorOrScalar? gate = null, TensorOrScalar? gateLogits = null)
        : this(Counts(distribution), One(gate, gateLogits))
    {
    }

    private Hurdle(Distribution distribution, Parameter gate) : base(distribution, gate)
    {
    }

    /// <summary>c m, with the base's mean m and c = (1 − gate) / (1 − p_base(0)).</summary>
    public override Tensor Mean => Base.Mean is var m ? Rounded(m * Scale(m), m).expand(Shape) : m;

    /// <summary>c (v + m²) − (c m)², with the base's mean m and variance v.</summary>
    public override Tensor Variance
    {
        get
        {
            var mean = Base.Mean;
            var scale = Scale(mean);
            return Rounded(scale * (Base.Variance + mean.square()) - (scale * mean).square(), mean).expand(Shape);
        }
    }

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var positive = Positive(Base.Expand(Shape), sampleShape, generator);
        var isGated = bernoulli(WideGate(positive).expand(positive.shape), generator).gt(0.5);
        return where(isGated, zeros_like(positive), positive);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var density = Base.LogProb(value);
        var (log, isZero) = (density.to(ScalarType.Float64), value.eq(0));

        // What the base excludes stays excluded, even if it excludes all but 0, and leaves the gate without a gradient.
        var isOut = isZero.logical_or(log.isinf());
        var (zero, other) = (isZero.to(ScalarType.Float64), isOut.logical_not().to(ScalarType.Float64));
        var none = zeros_like(log);
        var beyond = where(isOut, none, log) - where(isOut, none, LogPositive(log));
        var result = LogPower(zero, other) + where(isZero.logical_not().logical_and(log.isinf()), log, beyond);
        return Expanded(Rounded(result, density), full);
    }

    /// <summary>gate + (1 − gate) (F(x) − p_base(0)) / (1 − p_base(0)) from 0 on, with the base's F.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var below = Base.Cdf(value);
        var zero = AtZero(below);
        var mixed = WideGate(below) + Scale(below) * (below - zero.exp());
        return Expanded(Rounded(where(value.ge(0), mixed, zeros_like(mixed)), below), full);
    }

    private protected override Hurdle Of(Distribution distribution, Parameter gate) => new(distribution, gate);

    private Tensor AtZero(Tensor like) => Base.LogProb(zeros([], like.dtype, like.device)).to(ScalarType.Float64);

    // log(1 − e^l) for the base's l = log p(0): without cancellation at either end.
    private Tensor LogPositive(Tensor like)
    {
        var log = AtZero(like);
        var (isSmall, isPossible) = (log.lt(-Math.Log(2)), log.lt(0));
        var (low, high) = (where(isSmall, log, full_like(log, -1)), where(isPossible.logical_and(isSmall.logical_not()), log, full_like(log, -0.5)));
        return where(isSmall, (-low.exp()).log1p(), (-high.expm1()).log()).WhereInside(isPossible);
    }

    private Tensor Scale(Tensor like) => (1 - WideGate(like)) / -AtZero(like).expm1();

    private Tensor Positive(Distribution counts, long[] sampleShape, Generator? generator)
    {
        var draws = counts.Sample(sampleShape, generator);
        for (var i = 0; i < Repetitions && draws.eq(0).any().ToBoolean(); i++)
            draws = where(draws.eq(0), counts.Sample(sampleShape, generator), draws);
        return draws.eq(0).any().ToBoolean() ? where(draws.eq(0), Inverted(counts, draws, generator), draws) : draws;
    }

    // The quantile of a uniform number among the counts above 0.
    private Tensor Inverted(Distribution counts, Tensor like, Generator? generator)
    {
        var mass = -AtZero(like).expm1();
        var uniform = rand(like.shape, ScalarType.Float64, like.device, generator: generator) * mass * (1 - 1e-12);
        var result = ones_like(uniform);
        var sum = zeros(Shape, ScalarType.Float64, like.device);
        for (var first = 1L; first <= MostSummed; first += Chunk)
        {
            var values = arange(first, first + Chunk, ScalarType.Float64, like.device).reshape([-1, .. Enumerable.Repeat(1L, Shape.Length)]);
            foreach (var probability in counts.LogProb(values).exp().to(ScalarType.Float64).unbind(0))
            {
                sum = sum + probability;
                result = result + uniform.ge(sum).to(ScalarType.Float64);
            }

            if (!uniform.ge(sum).logical_and(like.eq(0)).any().ToBoolean()) return result.to(like.dtype);
        }

        throw new NotSupportedException($"{Name} cannot be drawn: its base's counts above 0 are too rare and too large to be found.");
    }
}
