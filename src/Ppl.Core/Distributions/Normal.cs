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
public sealed class Normal : Distribution
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    private readonly long[] shape;
    private readonly long[] natural;
    private readonly TensorOrScalar? logScale;

    /// <summary>A normal distribution from its mean and standard deviation.</summary>
    /// <param name="loc">The mean: any real. Any shape.</param>
    /// <param name="scale">The standard deviation: &gt; 0. Broadcasts with <paramref name="loc"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Normal(TensorOrScalar loc, TensorOrScalar scale) : this(loc, scale, null, null)
    {
    }

    private Normal(TensorOrScalar loc, TensorOrScalar scale, TensorOrScalar? logScale, long[]? shape)
    {
        Loc = loc;
        Scale = scale;
        this.logScale = logScale;
        natural = Broadcasting.Broadcast(loc.Shape, scale.Shape, "Normal's loc", "its scale");
        this.shape = shape ?? natural;
    }

    /// <summary>A normal distribution from its mean and the logarithm of its standard deviation.</summary>
    /// <param name="loc">The mean: any real. Any shape.</param>
    /// <param name="logScale">log scale: any real. Broadcasts with <paramref name="loc"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public static Normal FromLogScale(TensorOrScalar loc, TensorOrScalar logScale)
        => new(loc, Exp(logScale), logScale, null);

    /// <summary>The mean, as given.</summary>
    public TensorOrScalar Loc { get; }

    /// <summary>The standard deviation.</summary>
    public TensorOrScalar Scale { get; }

    /// <summary>log scale: as given, or computed.</summary>
    public TensorOrScalar LogScale
        => logScale ?? (Scale.IsScalar ? Math.Log(Scale.Scalar) : (TensorOrScalar)Scale.Tensor.log());

    /// <summary>Whether it is the standard normal: mean 0 and standard deviation 1, both numbers.</summary>
    public bool IsStandard => Loc.Is(0) && Scale.Is(1);

    /// <inheritdoc/>
    public override long[] Shape => [.. shape];

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Loc.AsTensor(Scale.Tensor).expand(shape);

    /// <inheritdoc/>
    public override Tensor Variance => Scale.AsTensor(Loc.Tensor).square().expand(shape);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var like = Loc.Tensor ?? Scale.Tensor;
        var noise = randn(DrawShape(sampleShape), like?.dtype ?? get_default_dtype(), like?.device, generator: generator);
        var scaled = Scale.Is(1) ? noise : Scale.IsScalar ? noise * Scale.Scalar : noise * Scale.Tensor;
        return Loc.Is(0) ? scaled : Loc.IsScalar ? scaled + Loc.Scalar : scaled + Loc.Tensor;
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var quadratic = Standardize(value).square() * -0.5;
        var log = LogScale;
        var density = log.IsScalar ? quadratic - (log.Scalar + HalfLogTwoPi) : quadratic - log.Tensor - HalfLogTwoPi;
        var full = FullShape(value);
        return density.shape.AsSpan().SequenceEqual(full) ? density : density.expand(full);
    }

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value, int leading)
    {
        var full = FullShape(value);
        var density = EventSum.Of(Standardize(value).square(), full, leading) * -0.5;
        var count = EventSum.Count(full, leading);
        var log = LogScale;
        if (log.IsScalar) return density - count * (log.Scalar + HalfLogTwoPi);
        return density - EventSum.Of(log.Tensor, full, leading) - count * HalfLogTwoPi;
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
        => (LogScale.AsTensor(Loc.Tensor) + (HalfLogTwoPi + 0.5)).expand(shape);

    /// <inheritdoc/>
    public override Normal With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Map((tensor, _) => map(tensor));
    }

    /// <inheritdoc/>
    public override Normal Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var expanded = batch ?? (shape.AsSpan().SequenceEqual(natural) ? null : shape);
        var loc = Loc.Map(t => map(t, 0));
        if (logScale is not { } log) return new(loc, Scale.Map(t => map(t, 0)), null, expanded);

        // The map sees the logarithm, which is the parameter; the scale follows from it, with its gradient.
        var mapped = log.Map(t => map(t, 0));
        return new(loc, Exp(mapped), mapped, expanded);
    }

    /// <inheritdoc/>
    public override Normal Expand(params long[] sizes)
        => new(Loc, Scale, logScale, Broadcasting.Expand(shape, sizes, "Normal"));

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault()
        => ValueCheck.Finite(Loc, "loc", "Normal needs a finite loc")
            ?? ValueCheck.Positive(Scale, "scale", "Normal needs scale > 0");

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
        => ValueCheck.Finite(value, "value", "Normal needs a finite value");

    private static TensorOrScalar Exp(TensorOrScalar logScale)
        => logScale.IsScalar ? Math.Exp(logScale.Scalar) : (TensorOrScalar)logScale.Tensor.exp();

    private Tensor Standardize(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var like = Loc.Tensor ?? Scale.Tensor;
        var real = ValueCheck.AsReal(value, like);
        var centered = Loc.Is(0) ? real : Loc.IsScalar ? real - Loc.Scalar : real - Loc.Tensor;
        return Scale.Is(1) ? centered : Scale.IsScalar ? centered / Scale.Scalar : centered / Scale.Tensor;
    }
}
