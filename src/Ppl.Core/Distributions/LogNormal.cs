using Ppl.Divergences;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of exp(x) for x ~ Normal(loc, scale).</summary>
/// <remarks>
/// log p(y) = log Normal(log y) − log y for y &gt; 0, else −∞. Mean exp(loc + scale² / 2), mode exp(loc − scale²). A draw remembers its
/// logarithm, so that the log-density at the very draw inverts nothing. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Positive, Reparameterized = true)]
public sealed class LogNormal : ParametricFamily<LogNormal>, IPushed
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A log-normal distribution.</summary>
    /// <param name="loc">The mean of log y: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">The standard deviation of log y: &gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public LogNormal(TensorOrScalar? loc = null, TensorOrScalar? scale = null) : base(LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <summary>The mean of log y, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>The standard deviation of log y, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(1);

    /// <summary>The distribution of log y.</summary>
    public Normal Base => new Normal(Loc, Scale).Expand(BatchShape.ToArray());

    Distribution IPushed.Base => Base;

    Transform IPushed.Transform => Exp.Instance;

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Loc.Plus(Scale.Square().Times(0.5)).Exp());

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var square = Scale.Square().AsTensor(Like);
            return Whole(square.expm1() * Loc.Times(2).Plus(square).Exp().AsTensor(square));
        }
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc.Minus(Scale.Square()).Exp());

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var x = Base.RSample(sampleShape, generator);
        return DrawMemory.Remember(Exp.Instance.Forward(x), Exp.Instance, x);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        if (DrawMemory.Recall(value, Exp.Instance) is { } remembered) return Base.LogProb(remembered) - remembered;
        var y = ValueCheck.AsReal(value, Like);
        var isInside = y.gt(0).logical_and(y.lt(double.PositiveInfinity));
        var x = y.Or(isInside).log();
        return (Base.LogProb(x) - x).WhereInside(isInside, value);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Base.Entropy() + Loc.AsTensor(Like);

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Beyond(Base.Cdf, value, 0);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => Beyond(Base.LogCdf, value, double.NegativeInfinity);

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Beyond(Base.LogSurvival, value, 0);

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability) => Base.InverseCdf(probability).exp();

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability) => Base.InverseSurvival(probability).exp();

    // At 0 and below it is a constant, whose gradient by way of log 0 would be NaN.
    private Tensor Beyond(Func<Tensor, Tensor> share, Tensor value, double outside)
    {
        var y = ValueCheck.AsReal(value, Like);
        var isInside = y.le(0).logical_not();
        var inside = share(y.Or(isInside).log());
        return where(isInside, inside, full_like(inside, outside));
    }
}
