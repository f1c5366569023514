using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>An autoregressive series: xₜ = Σⱼ coefficientsⱼ xₜ₋ⱼ + scale εₜ, j = 1, ..., p, from p given values before the first.</summary>
/// <remarks>
/// log p(x) = Σₜ log Normal(xₜ; Σⱼ coefficientsⱼ xₜ₋ⱼ, scale), which is exact given the values before: nothing is said of a stationary start, and
/// coefficients of a series that is not stationary are as good as others. The last dimension is one indivisible event.
/// </remarks>
[Family(Support.RealVector, Reparameterized = true, Head = typeof(MultivariateNormalHead))]
public sealed class AutoRegressive : ParametricFamily<AutoRegressive>
{
    private static readonly ParameterDeclaration CoefficientsOf = new("coefficients", Constraint.RealVector);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);
    private static readonly ParameterDeclaration InitialOf = new("initial", Constraint.RealVector, 0);

    /// <summary>An autoregressive series.</summary>
    /// <param name="coefficients">Those of the value before, of the one before that, and so on: [..., p], any real.</param>
    /// <param name="scale">The standard deviation of the noise: &gt; 0. A number for each series.</param>
    /// <param name="steps">T: at least 1.</param>
    /// <param name="initial">The p values before the first, the oldest first: [..., p], or a number for all; 0 when they are not given.</param>
    /// <exception cref="PplArgumentException">There is no step.</exception>
    /// <exception cref="PplShapeException">The shapes do not agree.</exception>
    public AutoRegressive(Tensor coefficients, TensorOrScalar scale, long steps, TensorOrScalar? initial = null)
        : base(CoefficientsOf.Of(coefficients), ScaleOf.Of(scale), InitialOf.Of(initial))
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        Steps = steps >= 1 ? steps : throw new PplArgumentException($"AutoRegressive needs at least 1 step; found {steps}.");
        var (own, before) = (coefficients.shape, Initial.Shape);
        if (own.Length > 0 && own[^1] > 0 && (before.Length == 0 || before[^1] == own[^1])) return;
        throw new PplShapeException(
            $"AutoRegressive needs coefficients (..., p) and initial (..., p); found {ShapeText.Of(own)} and {ShapeText.Of(before)}.");
    }

    /// <summary>Those of the value before, of the one before that, and so on: [..., p].</summary>
    public Tensor Coefficients => ParameterAt(0).Tensor!;

    /// <summary>The standard deviation of the noise, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(1);

    /// <summary>The values before the first, the oldest first, as given.</summary>
    public TensorOrScalar Initial => ParameterAt(2);

    /// <summary>T.</summary>
    public long Steps { get; }

    /// <summary>p.</summary>
    public long Order => Coefficients.shape[^1];

    /// <summary>The series without noise.</summary>
    public override Tensor Mean => Whole(Run(BatchShape.ToArray(), null));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <summary>scale² times the sum of the squared responses to one step's noise.</summary>
    public override Tensor Variance
    {
        get
        {
            return Whole(Response().square().cumsum(-1).TimesParameter(Scale.Square().Map(t => t.unsqueeze(-1))));
        }
    }

    /// <inheritdoc/>
    protected override long[] EventShape => [Steps];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var noise = randn(shape, Coefficients.dtype, Coefficients.device, generator: generator);
        return Run(shape[..^1], noise.TimesParameter(Scale.Map(t => t.unsqueeze(-1))));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 1);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var x = ValueCheck.AsReal(value, Like).expand(full);
        var scaled = Residuals(Coefficients, x, Before(full[..^1])).OverParameter(Scale.Map(t => t.unsqueeze(-1)));
        var density = (scaled.square().sum(-1) * -0.5).MinusParameter(Scale.Log().Plus(NormalMath.HalfLogTwoPi).Times(Steps));
        return Expanded(density, full[..^1]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(Scale.Log().Plus(NormalMath.HalfLogTwoPi + 0.5).Times(Steps));

    /// <summary>What each value is beside its part of the values before: [..., T].</summary>
    /// <param name="coefficients">[..., p].</param>
    /// <param name="series">[..., T].</param>
    /// <param name="before">The values before the first: [..., p]; 0 when null.</param>
    internal static Tensor Residuals(Tensor coefficients, Tensor series, Tensor? before)
    {
        var (order, steps) = (coefficients.shape[^1], series.shape[^1]);
        var history = cat([before ?? series.new_zeros([.. series.shape[..^1], order]), series], -1);
        var noise = series;
        for (var lag = 1; lag <= order; lag++)
            noise = noise - history.narrow(-1, order - lag, steps) * coefficients.narrow(-1, lag - 1, 1);
        return noise;
    }

    /// <summary>The series of a noise of 1 in the first step and none later, from values of 0: [..., T].</summary>
    internal Tensor Response()
    {
        var rows = Coefficients.shape[..^1];
        var noise = cat([Coefficients.new_zeros([.. rows, 1]) + 1, Coefficients.new_zeros([.. rows, Steps - 1])], -1);
        return new AutoRegressive(Coefficients, 1, Steps).Run(rows, noise);
    }

    private Tensor Before(long[] rows) => Initial.AsTensor(Coefficients).expand([.. rows, Order]);

    // The newest value stands last in the history, and has the first coefficient.
    private Tensor Run(long[] rows, Tensor? noise)
    {
        var reversed = Coefficients.flip(-1);
        var history = Before(rows);
        var values = new Tensor[Steps];
        for (var t = 0; t < Steps; t++)
        {
            var next = (history * reversed).sum(-1, keepdim: true);
            values[t] = noise is null ? next : next + noise.narrow(-1, t, 1);
            history = cat([history.narrow(-1, 1, Order - 1), values[t]], -1);
        }

        return cat(values, -1);
    }
}
