using Ppl.Divergences;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The logistic normal distribution on the simplex of K entries: y = softmax(H x) for x ~ Normal(loc, scale) of K − 1 numbers.</summary>
/// <remarks>
/// The map is <see cref="SoftmaxCentred"/>, the isometric log-ratio with Helmert's basis H, in which every entry is treated alike; stick-breaking,
/// which other libraries use, gives another family. It is the map by which a guide reaches the simplex, so that the divergence of a latent is that
/// of normals. Aitchison and Shen (1980), Biometrika 67. The last dimension is one indivisible event. A draw remembers its x.
/// </remarks>
[Family(Support.Simplex, Reparameterized = true)]
public sealed class LogisticNormal : ParametricFamily<LogisticNormal>, IPushed
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealVector);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.PositiveVector);

    /// <summary>A logistic normal distribution.</summary>
    /// <param name="loc">The mean of x: [..., K − 1], any real.</param>
    /// <param name="scale">The standard deviation of x: &gt; 0. Broadcasts with <paramref name="loc"/>.</param>
    /// <exception cref="PplShapeException">Neither has a dimension, or they do not broadcast.</exception>
    public LogisticNormal(TensorOrScalar loc, TensorOrScalar scale) : base(LocOf.Of(loc), ScaleOf.Of(scale))
    {
        if (loc.Shape.Length == 0 && scale.Shape.Length == 0)
            throw new PplShapeException("LogisticNormal's loc is a single number; its last dimension must be the K - 1 coordinates.");
        _ = Coordinates;
    }

    /// <summary>The mean of x, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>The standard deviation of x, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(1);

    /// <summary>The distribution of x.</summary>
    public Normal Base => new Normal(Loc, Scale).Expand([.. BatchShape, Coordinates]);

    Distribution IPushed.Base => Base;

    Transform IPushed.Transform => SoftmaxCentred.Instance;

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException($"{Name} has no mean in closed form. Average draws.");

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance => throw new NotSupportedException($"{Name} has no variance in closed form. Average draws.");

    private long Coordinates => Broadcasting.Broadcast(LastOf(Loc), LastOf(Scale), "LogisticNormal's loc", "its scale")[^1];

    /// <inheritdoc/>
    protected override long[] EventShape => [Coordinates + 1];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Pushed.RSample(sampleShape, generator);

    /// <summary>The log-density: −∞ where an entry is 0, which no x is mapped to.</summary>
    /// <param name="value">Vectors of the simplex: [..., K].</param>
    /// <returns>[...].</returns>
    public override Tensor LogProb(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Pushed.LogProb(value).WhereInside(value.gt(0).all(-1), value, 1);
    }

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    private Transformed Pushed => new(Base, SoftmaxCentred.Instance);

    private static long[] LastOf(TensorOrScalar value) => value.Shape.Length == 0 ? [] : value.Shape[^1..];
}
