using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A series of T steps, each a normal step from the one before: xₜ = xₜ₋₁ + scale εₜ, from x₀ = initial, which is not part of it.</summary>
/// <remarks>
/// log p(x) = Σₜ log Normal(xₜ − xₜ₋₁; 0, scale). Mean initial, variance scale² t. The last dimension is one indivisible event.
/// </remarks>
[Family(Support.RealVector, Reparameterized = true, Head = typeof(MultivariateNormalHead))]
public sealed class GaussianRandomWalk : ParametricFamily<GaussianRandomWalk>
{
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);
    private static readonly ParameterDeclaration InitialOf = new("initial", Constraint.Real, 0);

    /// <summary>A random walk with normal steps.</summary>
    /// <param name="scale">The standard deviation of a step: &gt; 0. A number for each series.</param>
    /// <param name="steps">T: at least 1.</param>
    /// <param name="initial">Where the first step starts: any real. A number for each series; 0 when it is not given.</param>
    /// <exception cref="PplArgumentException">There is no step.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public GaussianRandomWalk(TensorOrScalar scale, long steps, TensorOrScalar? initial = null) : base(ScaleOf.Of(scale), InitialOf.Of(initial))
        => Steps = steps >= 1 ? steps : throw new PplArgumentException($"GaussianRandomWalk needs at least 1 step; found {steps}.");

    /// <summary>The standard deviation of a step, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <summary>Where the first step starts, as given.</summary>
    public TensorOrScalar Initial => ParameterAt(1);

    /// <summary>T.</summary>
    public long Steps { get; }

    /// <inheritdoc/>
    public override Tensor Mean => Whole(EachSeries(Initial));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var square = EachSeries(Scale.Square()).AsTensor(Like);
            return Whole(square * arange(1, Steps + 1, dtype: square.dtype, device: square.device));
        }
    }

    /// <inheritdoc/>
    protected override long[] EventShape => [Steps];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var noise = randn(DrawShape(sampleShape), Like?.dtype ?? get_default_dtype(), Like?.device, generator: generator);
        return noise.cumsum(-1).TimesParameter(EachSeries(Scale)).PlusParameter(EachSeries(Initial));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 1);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var x = ValueCheck.AsReal(value, Like).expand(full);
        var first = x.narrow(-1, 0, 1).MinusParameter(EachSeries(Initial));
        var steps = cat([first, x.diff(dim: -1)], -1).OverParameter(EachSeries(Scale));
        var density = (steps.square().sum(-1) * -0.5).MinusParameter(Scale.Log().Plus(NormalMath.HalfLogTwoPi).Times(Steps));
        return Expanded(density, full[..^1]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(Scale.Log().Plus(NormalMath.HalfLogTwoPi + 0.5).Times(Steps));

    private static TensorOrScalar EachSeries(TensorOrScalar number) => number.Map(t => t.unsqueeze(-1));
}
