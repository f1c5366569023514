using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Bernoulli distribution of independent binary coordinates.</summary>
/// <remarks>
/// log p(x) = x · logits − softplus(logits), or x log probs + (1 − x) log(1 − probs), which is exact at 0 and 1.
/// Prefer logits: they never saturate. Shape: the parameter's. A number between 0 and 1, a shade of grey, is outside the support, and its density
/// is the mean of that of 1 and of 0 in these shares: the same formula.
/// </remarks>
[Family(Support.Boolean, Head = typeof(BernoulliHead))]
public sealed class Bernoulli : ParametricFamily<Bernoulli>
{
    // Beyond it log(1 + exp(l)) equals l in float64 too.
    private const double SoftplusThreshold = 40;

    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        Constraint.UnitInterval,
        Advice: "did you mean logits: a network gives log-odds, of any sign and size, Bernoulli(logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.Real);

    /// <summary>A Bernoulli distribution from probabilities or from log-odds: give exactly one.</summary>
    /// <param name="probs">The probability of 1, in [0, 1]. Any shape.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Any shape.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    public Bernoulli(TensorOrScalar? probs = null, TensorOrScalar? logits = null)
        : base(One(probs, logits))
    {
    }

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits => Parameters[0].Declaration == LogitsOf;

    /// <summary>The log-odds: as given, or computed.</summary>
    public TensorOrScalar Logits => ParameterAt(0) is var p && IsLogits ? p
        : p.IsScalar ? Math.Log(p.Scalar) - double.LogP1(-p.Scalar)
        : (TensorOrScalar)(p.Tensor.log() - (-p.Tensor).log1p());

    /// <summary>The probability of 1: as given, or computed.</summary>
    public TensorOrScalar Probs => ParameterAt(0) is var p && !IsLogits ? p
        : p.IsScalar ? 1 / (1 + Math.Exp(-p.Scalar))
        : (TensorOrScalar)p.Tensor.sigmoid();

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Probs);

    /// <inheritdoc/>
    public override Tensor Mode
    {
        get
        {
            var p = Probs.AsTensor();
            return Whole(p.gt(0.5).to(p.dtype));
        }
    }

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var p = Probs.AsTensor();
            return Whole(p * (1 - p));
        }
    }

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport()
        => AsSupport(arange(0, 2, Like?.dtype ?? get_default_dtype(), Like?.device));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad()) return bernoulli(Probs.AsTensor().expand(DrawShape(sampleShape)), generator);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var x = ValueCheck.AsReal(value, Like);
        var p = ParameterAt(0).AsTensor(x);
        return WhereInside(Expanded(IsLogits ? x * p - Softplus(p) : FromProbs(x, p), full), x, full, full.Length);
    }

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value, int leading)
    {
        var full = FullShape(value);
        var x = ValueCheck.AsReal(value, Like);
        return WhereInside(SumOver(x, full, leading), x, full, leading);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var p = ParameterAt(0).AsTensor();
        if (IsLogits) return Whole(Softplus(p) - p * p.sigmoid());
        return Whole(-(p.TimesLog(p) + (1 - p).TimesLogOfComplement(p)));
    }

    /// <inheritdoc/>
    protected override string ValueAdvice => "binarize the data, or choose a family for real values, such as Normal";

    internal static Tensor Softplus(Tensor logits) => logits.softplus(1, SoftplusThreshold);

    private Tensor SumOver(Tensor x, long[] full, int leading)
    {
        var isWhole = IsLogits && full.AsSpan().SequenceEqual(ParameterAt(0).Shape);
        if (isWhole && Like is { } logits && BernoulliDensity.Fits(x, logits, leading))
            return BernoulliDensity.Sum(x, logits, leading);
        var p = ParameterAt(0).AsTensor(x);
        return IsLogits
            ? EventSum.Of(x * p, full, leading) - EventSum.Of(Softplus(p), full, leading)
            : EventSum.Of(FromProbs(x, p), full, leading);
    }

    // Between 0 and 1 the density is that of an expectation; beyond them there is none. The values are looked at, not their many densities.
    private static Tensor WhereInside(Tensor density, Tensor x, long[] full, int leading)
    {
        if (x.IsWithin(0, Math.BitIncrement(1))) return density;
        var isOutside = x.lt(0).logical_or(x.gt(1)).to(x.dtype);
        return density.WhereInside(EventSum.Of(isOutside, full, leading).eq(0).logical_or(density.isnan()));
    }

    private static Tensor FromProbs(Tensor x, Tensor p) => x.TimesLog(p) + (1 - x).TimesLogOfComplement(p);

    private static Parameter One(TensorOrScalar? probs, TensorOrScalar? logits) => (probs, logits) switch
    {
        ({ } p, null) => ProbsOf.Of(p),
        (null, { } l) => LogitsOf.Of(l),
        _ => throw new PplArgumentException("Bernoulli needs exactly one of probs and logits."),
    };
}
