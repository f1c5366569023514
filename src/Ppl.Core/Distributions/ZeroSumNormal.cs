using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Normal vectors that sum to 0: effects of categories, of which only the differences matter.</summary>
/// <remarks>
/// The normal distribution with covariance scale² (I − 1 1ᵀ / K), a density over the hyperplane of the vectors that sum to 0, in its own volume:
/// log p(x) = −|x|² / (2 scale²) − (K − 1) (log scale + log(2π) / 2). Conditioned on its sum, a vector of K independent normals has it. The last
/// dimension is one indivisible event.
/// </remarks>
[Family(Support.ZeroSum, Reparameterized = true)]
public sealed class ZeroSumNormal : ParametricFamily<ZeroSumNormal>
{
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>Normal vectors that sum to 0.</summary>
    /// <param name="dimension">K, at least 2.</param>
    /// <param name="scale">The standard deviation in every direction of the hyperplane: &gt; 0. A number for each vector; 1 when it is not
    /// given.</param>
    /// <exception cref="PplArgumentException">The dimension is less than 2.</exception>
    public ZeroSumNormal(long dimension, TensorOrScalar? scale = null) : base(ScaleOf.Of(scale))
        => Dimension = dimension >= 2
            ? dimension : throw new PplArgumentException($"ZeroSumNormal needs a dimension of at least 2; found {dimension}.");

    /// <summary>K.</summary>
    public long Dimension { get; }

    /// <summary>The standard deviation in every direction of the hyperplane, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(EachVector(Scale.Times(0)));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Whole(EachVector(Scale.Square().Times(1 - 1.0 / Dimension)));

    /// <inheritdoc/>
    protected override long[] EventShape => [Dimension];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var noise = randn(DrawShape(sampleShape), Like?.dtype ?? get_default_dtype(), Like?.device, generator: generator);

        // Twice: what rounding leaves of the mean the first time is small beside the noise, but not beside entries that are nearly equal.
        var centred = noise - noise.mean([-1], keepdim: true);
        return (centred - centred.mean([-1], keepdim: true)).TimesParameter(EachVector(Scale));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 1);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var scaled = ValueCheck.AsReal(value, Like).OverParameter(EachVector(Scale)).expand(full);
        var density = (scaled.square().sum(-1) * -0.5).MinusParameter(Scale.Log().Plus(NormalMath.HalfLogTwoPi).Times(Dimension - 1));
        return Expanded(density, full[..^1]).WhereInside(Constraint.ZeroSum.ContainsEvents(value)!.expand(full[..^1]), value, 1);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(Scale.Log().Plus(NormalMath.HalfLogTwoPi + 0.5).Times(Dimension - 1));

    private static TensorOrScalar EachVector(TensorOrScalar number) => number.Map(t => t.unsqueeze(-1));
}
