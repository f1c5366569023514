using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The continuous Bernoulli distribution on the unit interval: a Bernoulli's likelihood of grey values, with its normalizer.</summary>
/// <remarks>
/// log p(x) = x l − log((eˡ − 1) / l) for 0 ≤ x ≤ 1, with the logits l = log(probs / (1 − probs)); uniform at l = 0. Near 0 normalizer, moments
/// and quantiles are taken by series in l. Loaiza-Ganem and Cunningham (2019), arXiv:1907.06845. Draws by the quantile. Computed in float64.
/// Shape: the parameter's.
/// </remarks>
[Family(Support.UnitInterval, Reparameterized = true)]
public sealed class ContinuousBernoulli : OddsFamily<ContinuousBernoulli>
{
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        OpenUnitInterval.Instance,
        Advice: "did you mean logits: a network gives log-odds, of any sign and size, ContinuousBernoulli(logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.Real);

    // Below it the exponential is far from overflow.
    private const double LargestExp = 300;

    /// <summary>A continuous Bernoulli distribution from probs or from their log-odds: give exactly one.</summary>
    /// <param name="probs">What would be the probability of 1 if there were only 0 and 1: in (0, 1). It is not the mean. Any shape.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Any shape.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    public ContinuousBernoulli(TensorOrScalar? probs = null, TensorOrScalar? logits = null) : base(One(ProbsOf, LogitsOf, probs, logits))
    {
    }

    /// <summary>1 / (1 − e⁻ˡ) − 1 / l, and 1/2 at l = 0.</summary>
    public override Tensor Mean => Whole(LogExpRatio.Slope(WideLogits(Like)).Narrow(Like));

    /// <summary>1 / l² − 1 / (4 sinh²(l / 2)), and 1/12 at l = 0.</summary>
    public override Tensor Variance => Whole(LogExpRatio.Curvature(WideLogits(Like)).Narrow(Like));

    /// <summary>1 where l is positive, 0 where it is negative, and NaN where the distribution is uniform.</summary>
    public override Tensor Mode
    {
        get
        {
            var logits = Logits.AsTensor(Like);
            return Whole(where(logits.eq(0), full_like(logits, double.NaN), logits.gt(0).to(logits.dtype)));
        }
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var dtype = Like?.dtype ?? get_default_dtype();
        var uniform = rand(DrawShape(sampleShape), ScalarType.Float64, Like?.device, generator: generator);
        var limits = finfo(dtype);
        return Quantile(uniform).to(dtype).clamp(limits.tiny, 1 - limits.eps / 2);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, logits) = (value.to(ScalarType.Float64), WideLogits(value));
        var isInside = x.ge(0).logical_and(x.le(1));

        // For large logits x l and the normalizer nearly cancel at the upper end.
        var isUpper = logits.gt(0);
        var inner = x.Or(isInside, 0);
        var density = where(isUpper, inner - 1, inner) * logits - LogExpRatio.Of(where(isUpper, -logits, logits));
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var logits = WideLogits(Like);

        // With l or −l it is the same: the form whose terms do not cancel.
        var negative = where(logits.gt(0), -logits, logits);
        return Whole((LogExpRatio.Of(negative) - negative * LogExpRatio.Slope(negative)).Narrow(Like));
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var (x, logits) = (value.to(ScalarType.Float64).clamp(0, 1), WideLogits(value));
        var cdf = x * (LogExpRatio.Of(logits * x) - LogExpRatio.Of(logits)).exp();
        return Expanded(cdf.to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var (below, above) = LogShares(value);
        return Expanded(FromSmaller(below, above).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value)
    {
        var (below, above) = LogShares(value);
        return Expanded(FromSmaller(above, below).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Quantile(probability.OrNaN().to(ScalarType.Float64)).to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    /// <summary>The log-odds in float64.</summary>
    internal Tensor WideLogits(Tensor? like) => IsLogits ? Logits.Wide(like) : LogOdds(ParameterAt(0).Wide(like));

    // log P(X ≤ x) and log P(X > x), each exact where it is not near 0; 1 − X has the opposite logits.
    private (Tensor Below, Tensor Above) LogShares(Tensor value)
    {
        var (x, logits) = (value.to(ScalarType.Float64), WideLogits(value));
        return (Of(x, logits), Of(1 - x, -logits));

        static Tensor Of(Tensor x, Tensor l)
        {
            var isInside = x.gt(0);
            var inner = x.clamp_max(1).Or(isInside);
            return (inner.log() + LogExpRatio.Of(l * inner) - LogExpRatio.Of(l)).WhereInside(isInside);
        }
    }

    private static Tensor FromSmaller(Tensor share, Tensor rest)
    {
        var isLess = share.lt(-Math.Log(2));
        return where(isLess, share, (-rest.Or(isLess.logical_not(), double.NegativeInfinity).exp()).log1p());
    }

    // log(1 + p (eˡ − 1)) / l, from the end at which the density is large.
    private Tensor Quantile(Tensor probability)
    {
        var logits = WideLogits(probability);
        var isSmall = logits.abs().lt(LogExpRatio.LargestSeriesOfQuantile);
        var far = DensityMath.InPieces(logits.Or(isSmall.logical_not()), LargestExp, Direct, InLogarithms);

        // The cumulants of a Bernoulli are the coefficients of log(1 + p (eˡ − 1)).
        var l = logits.clamp(-LogExpRatio.LargestSeriesOfQuantile, LogExpRatio.LargestSeriesOfQuantile);
        var pq = probability * (1 - probability);
        var skew = pq * (1 - 2 * probability);
        var series = pq * (1 - 30 * pq + 120 * pq.square()) / 720;
        series = series * l + skew * (1 - 12 * pq) / 120;
        series = series * l + pq * (1 - 6 * pq) / 24;
        series = series * l + skew / 6;
        series = series * l + pq / 2;
        return where(isSmall, probability + series * l, far);

        Tensor Direct(Tensor t) => (probability * t.expm1()).log1p() / t;

        Tensor InLogarithms(Tensor t) => Bernoulli.Softplus(probability.log() + t + (-(-t).exp()).log1p()) / t;
    }

    private static Tensor LogOdds(Tensor probs) => probs.log() - (-probs).log1p();
}

/// <summary>log((eˡ − 1) / l) and its derivatives, the cumulant generating function of the uniform distribution.</summary>
internal static class LogExpRatio
{
    /// <summary>Below it a quantile is taken by its series in l, whose remainder is below 1e-15.</summary>
    public const double LargestSeriesOfQuantile = 0.01;

    // Σ B₂ₙ l²ⁿ / (2n (2n)!) after l / 2, to 1e-17 below this |l|.
    private const double LargestSeries = 0.5;

    private static readonly double[] Even =
    [
        0, 1.0 / 24, -1.0 / 2880, 1.0 / 181440, -1.0 / 9676800, 1.0 / 479001600, -691.0 / 15692092416000,
        1.0 / 1046139494400, -3617.0 / 170729965486080000,
    ];

    // Of the first derivative, divided by l, and of the second: in l² too.
    private static readonly double[] OfSlope = [.. Even.Skip(1).Select((c, i) => c * (2 * i + 2))];
    private static readonly double[] OfCurvature = [.. OfSlope.Select((c, i) => c * (2 * i + 1))];

    /// <summary>log((eˡ − 1) / l), and 0 at 0.</summary>
    public static Tensor Of(Tensor l)
    {
        var (isSmall, small, far) = Split(l);
        var size = far.abs();
        return where(isSmall, small / 2 + DensityMath.Polynomial(small.square(), Even), far.relu() + (-size).expm1().neg().log() - size.log());
    }

    /// <summary>The derivative: the mean of the uniform distribution tilted by eˡˣ.</summary>
    public static Tensor Slope(Tensor l)
    {
        var (isSmall, small, far) = Split(l);
        var series = 0.5 + small * DensityMath.Polynomial(small.square(), OfSlope);

        // By exp(−|l|), which does not overflow: 1 / (1 − e⁻ˡ) is −e⁻|ˡ| / (1 − e⁻|ˡ|) for a negative l.
        var (size, share) = (far.abs(), -1 / (-far.abs()).expm1());
        return where(isSmall, series, where(far.gt(0), share, -(-size).exp() * share) - (1 / far));
    }

    /// <summary>The second derivative: the variance of the uniform distribution tilted by eˡˣ.</summary>
    public static Tensor Curvature(Tensor l)
    {
        var (isSmall, small, far) = Split(l);
        var series = DensityMath.Polynomial(small.square(), OfCurvature);
        var decay = (-far.abs()).exp();
        return where(isSmall, series, 1 / far.square() - decay / (-far.abs()).expm1().square());
    }

    private static (Tensor IsSmall, Tensor Small, Tensor Far) Split(Tensor l)
    {
        var isSmall = l.abs().lt(LargestSeries);
        return (isSmall, l.Or(isSmall, 0), l.Or(isSmall.logical_not()));
    }
}
