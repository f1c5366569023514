using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Wishart distribution over positive definite matrices: that of the scatter matrix of df normal vectors.</summary>
/// <remarks>
/// With V = L Lᵀ: log p(X) = (df − D − 1) log|X| / 2 − tr(V⁻¹ X) / 2 − df D log(2) / 2 − df log|V| / 2 − log Γ_D(df / 2), a density over the lower
/// triangle; −∞ where X is not positive definite. The mean is df V. Draws are L T Tᵀ Lᵀ with Bartlett's (1933) triangular T, whose chi-squared
/// entries have an implicit gradient: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. The last two dimensions are one indivisible event.
/// Densities are computed in float64.
/// </remarks>
[Family(Support.PositiveDefinite, Reparameterized = true)]
public sealed class Wishart : ParametricFamily<Wishart>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);
    private static readonly ParameterDeclaration ScaleTrilOf = new("scaleTril", Constraint.LowerCholesky);

    /// <summary>A Wishart distribution.</summary>
    /// <param name="df">Degrees of freedom: &gt; D − 1. A number for each matrix.</param>
    /// <param name="scaleTril">L, lower triangular with a positive diagonal: [..., D, D].</param>
    /// <exception cref="PplShapeException">The matrix is not square, or the shapes do not broadcast.</exception>
    public Wishart(TensorOrScalar df, Tensor scaleTril) : base(DfOf.Of(df), ScaleTrilOf.Of(Square(scaleTril, nameof(Wishart))))
    {
    }

    /// <summary>Degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <summary>L: [..., D, D].</summary>
    public Tensor ScaleTril => ParameterAt(1).Tensor!;

    /// <summary>D.</summary>
    public long Dimension => ScaleTril.shape[^1];

    /// <inheritdoc/>
    public override Tensor Mean => Whole(EachMatrix(Df) * Scale);

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var diagonal = Scale.diagonal(0, -2, -1);
            return Whole(EachMatrix(Df) * (Scale.square() + diagonal.unsqueeze(-1) * diagonal.unsqueeze(-2)));
        }
    }

    /// <summary>(df − D − 1) V; NaN where df is less than D + 1, since the density grows towards singular matrices.</summary>
    public override Tensor Mode
    {
        get
        {
            var excess = EachMatrix(Df.Minus(Dimension + 1));
            return Whole(where(excess.ge(0), excess * Scale, full_like(Scale, double.NaN)));
        }
    }

    /// <inheritdoc/>
    protected override long[] EventShape => ScaleTril.shape[^2..];

    private Tensor Scale => ScaleTril.matmul(ScaleTril.transpose(-2, -1));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var factor = ScaleTril.matmul(MultivariateGamma.Bartlett(Df.AsTensor(ScaleTril), DrawShape(sampleShape), false, generator));
        return DrawMemory.Remember(CholeskyProduct.Instance.Forward(factor), CholeskyProduct.Instance, factor);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (scale, df) = (ScaleTril.to(ScalarType.Float64), Df.Wide(ScaleTril));
        var (factor, isDefinite) = Factor(value);
        var density = (df - Dimension - 1) * MultivariateGamma.HalfLogDeterminant(factor) - MultivariateGamma.SquaredRatio(scale, factor) * 0.5
            - LogNormalizer(df, scale);
        return Expanded(density.WhereInside(isDefinite, value, 2).to(GammaMath.ResultType(value, Like)), full[..^2]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var (scale, df) = (ScaleTril.to(ScalarType.Float64), Df.Wide(ScaleTril));
        var halfLog = MultivariateGamma.HalfLogDeterminant(scale) + (MultivariateGamma.Digamma(df * 0.5, Dimension) + Dimension * Math.Log(2)) * 0.5;
        return WholeBatch((LogNormalizer(df, scale) - (df - Dimension - 1) * halfLog + df * (Dimension * 0.5)).to(ScaleTril.dtype));
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => base.FindParameterFault() ?? MultivariateGamma.FindFault(Df, Dimension, Name);

    /// <summary>The Cholesky factor of a value in float64, remembered from its draw where there is one, and where the value has one.</summary>
    internal static (Tensor Factor, Tensor IsDefinite) Factor(Tensor value)
    {
        if (DrawMemory.Recall(value, CholeskyProduct.Instance) is not { } drawn) return MultivariateGamma.Cholesky(value.to(ScalarType.Float64));
        var wide = drawn.to(ScalarType.Float64);
        return (wide, wide.select(-1, 0).select(-1, 0).isfinite());
    }

    /// <summary>A square matrix parameter, or an error that names its family.</summary>
    internal static Tensor Square(Tensor scaleTril, string owner)
    {
        ArgumentNullException.ThrowIfNull(scaleTril);
        var shape = scaleTril.shape;
        return shape.Length >= 2 && shape[^1] == shape[^2]
            ? scaleTril : throw new PplShapeException($"{owner} needs a square scaleTril; found shape {ShapeText.Of(shape)}.");
    }

    private Tensor LogNormalizer(Tensor df, Tensor scale) => df * (MultivariateGamma.HalfLogDeterminant(scale) + Dimension * 0.5 * Math.Log(2))
        + MultivariateGamma.LogGamma(df * 0.5, Dimension);

    private Tensor EachMatrix(TensorOrScalar number) => number.AsTensor(ScaleTril).unsqueeze(-1).unsqueeze(-1);
}
