using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The normal distribution with independent coordinates.</summary>
/// <remarks>
/// log p(x) = −((x − loc) / scale)² / 2 − log scale − log(2π) / 2. Shape: the parameters', broadcast.
/// Made with <see cref="FromLogScale"/>, it keeps the logarithm, so that an encoder's output is never exponentiated and logged back.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Normal : ParametricFamily<Normal>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);
    private static readonly ParameterDeclaration LogScaleOf = new("logScale", Constraint.Real);

    /// <summary>A normal distribution from its mean and standard deviation.</summary>
    /// <param name="loc">The mean: any real. Any shape.</param>
    /// <param name="scale">The standard deviation: &gt; 0. Broadcasts with <paramref name="loc"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Normal(TensorOrScalar loc, TensorOrScalar scale) : this(LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    private Normal(Parameter loc, Parameter scale) : base(loc, scale) => Derive();

    /// <summary>A normal distribution from its mean and the logarithm of its standard deviation.</summary>
    /// <param name="loc">The mean: any real. Any shape.</param>
    /// <param name="logScale">log scale: any real. Broadcasts with <paramref name="loc"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public static Normal FromLogScale(TensorOrScalar loc, TensorOrScalar logScale)
        => new(LocOf.Of(loc), LogScaleOf.Of(logScale));

    /// <summary>The mean, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>The standard deviation.</summary>
    public TensorOrScalar Scale { get; private set; }

    /// <summary>log scale: as given, or computed.</summary>
    public TensorOrScalar LogScale
        => KeepsLogarithm ? ParameterAt(1) : Scale.Log();

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Loc);

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Scale.Square());

    private bool KeepsLogarithm => Parameters[1].Declaration == LogScaleOf;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var like = Like;
        var noise = randn(DrawShape(sampleShape), like?.dtype ?? get_default_dtype(), like?.device, generator: generator);
        return noise.TimesParameter(Scale).PlusParameter(Loc);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var quadratic = Standardize(value).square() * -0.5;
        var log = LogScale;
        var density = log.IsScalar ? quadratic - (log.Scalar + NormalMath.HalfLogTwoPi) : quadratic - log.Tensor - NormalMath.HalfLogTwoPi;
        return Expanded(density, FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value, int leading)
    {
        var full = FullShape(value);
        return value.SumAtFinite(full, leading, finite => SumOfFinite(finite, full, leading));
    }

    private Tensor SumOfFinite(Tensor value, long[] full, int leading)
    {
        var density = EventSum.Of(Standardize(value).square(), full, leading) * -0.5;
        var count = EventSum.Count(full, leading);
        var log = LogScale;
        if (log.IsScalar) return density - count * (log.Scalar + NormalMath.HalfLogTwoPi);
        return density - EventSum.Of(log.Tensor, full, leading) - count * NormalMath.HalfLogTwoPi;
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Expanded((Standardize(value) * -Math.Sqrt(0.5)).erfc() * 0.5, FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => LogTail(value, Standardize(value));

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => LogTail(value, -Standardize(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var quantile = special.ndtri(probability).TimesParameter(Scale).PlusParameter(Loc);
        return Expanded(quantile, FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded((-special.ndtri(probability.OrNaN())).TimesParameter(Scale).PlusParameter(Loc), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(LogScale.Plus(NormalMath.HalfLogTwoPi + 0.5));

    /// <summary>The first bad entry of a parameter; of the scale where its logarithm is kept, since that is what over- or underflows.</summary>
    public override ValueFault? FindParameterFault()
        => LocOf.Constraint.Find(Loc, LocOf.Name, Name) ?? ScaleOf.Constraint.Find(Scale, ScaleOf.Name, Name);

    /// <inheritdoc/>
    protected override void Derive() => Scale = KeepsLogarithm ? ParameterAt(1).Exp() : ParameterAt(1);

    private Tensor LogTail(Tensor value, Tensor standardized)
        => Expanded(NormalMath.LogCdf(standardized.to(ScalarType.Float64)).to(GammaMath.ResultType(value, Like)), FullShape(value));

    private Tensor Standardize(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return ValueCheck.AsReal(value, Like).MinusParameter(Loc).OverParameter(Scale);
    }
}
