using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of X = Y⁻¹ for Y ~ Wishart(df, Ψ⁻¹): the conjugate prior of a covariance matrix.</summary>
/// <remarks>
/// With Ψ = L Lᵀ: log p(X) = df log|Ψ| / 2 − df D log(2) / 2 − log Γ_D(df / 2) − (df + D + 1) log|X| / 2 − tr(Ψ X⁻¹) / 2, a density over the lower
/// triangle; −∞ where X is not positive definite. The mean is Ψ / (df − D − 1). Draws are L T⁻¹ T⁻ᵀ Lᵀ with Bartlett's (1933) triangular T, whose
/// chi-squared entries have an implicit gradient: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. The last two dimensions are one indivisible
/// event. Densities are computed in float64.
/// </remarks>
[Family(Support.PositiveDefinite, Reparameterized = true)]
public sealed class InverseWishart : ParametricFamily<InverseWishart>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);
    private static readonly ParameterDeclaration ScaleTrilOf = new("scaleTril", Constraint.LowerCholesky);

    /// <summary>An inverse Wishart distribution.</summary>
    /// <param name="df">Degrees of freedom: &gt; D − 1. A number for each matrix.</param>
    /// <param name="scaleTril">L, lower triangular with a positive diagonal, of the scale matrix Ψ = L Lᵀ: [..., D, D].</param>
    /// <exception cref="PplShapeException">The matrix is not square, or the shapes do not broadcast.</exception>
    public InverseWishart(TensorOrScalar df, Tensor scaleTril)
        : base(DfOf.Of(df), ScaleTrilOf.Of(Wishart.Square(scaleTril, nameof(InverseWishart))))
    {
    }

    /// <summary>Degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <summary>L: [..., D, D].</summary>
    public Tensor ScaleTril => ParameterAt(1).Tensor!;

    /// <summary>D.</summary>
    public long Dimension => ScaleTril.shape[^1];

    /// <summary>Ψ / (df − D − 1); where df is at most D + 1, infinite on the diagonal and NaN beside it.</summary>
    public override Tensor Mean
    {
        get
        {
            var excess = EachMatrix(Df.Minus(Dimension + 1));
            var identity = eye(Dimension, dtype: ScaleTril.dtype, device: ScaleTril.device);
            return Whole(where(excess.gt(0), Scale / excess, identity * double.PositiveInfinity));
        }
    }

    /// <summary>
    /// ((a + 2) Ψᵢⱼ² + a Ψᵢᵢ Ψⱼⱼ) / ((a + 1) a² (a − 2)) with a = df − D − 1; infinite where a is at most 2, NaN where the mean is not finite.
    /// </summary>
    public override Tensor Variance
    {
        get
        {
            var a = EachMatrix(Df.Minus(Dimension + 1));
            var diagonal = Scale.diagonal(0, -2, -1);
            var products = diagonal.unsqueeze(-1) * diagonal.unsqueeze(-2);
            var variance = ((a + 2) * Scale.square() + a * products) / ((a + 1) * a.square() * (a - 2).clamp_min(0));
            return Whole(where(a.gt(0), variance, full_like(variance, double.NaN)));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Scale / EachMatrix(Df.Plus(Dimension + 1)));

    /// <inheritdoc/>
    protected override long[] EventShape => ScaleTril.shape[^2..];

    private Tensor Scale => ScaleTril.matmul(ScaleTril.transpose(-2, -1));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var triangle = MultivariateGamma.Bartlett(Df.AsTensor(ScaleTril), DrawShape(sampleShape), true, generator);
        var factor = linalg.solve_triangular(triangle, ScaleTril.expand(triangle.shape), upper: false, left: false);
        return DrawMemory.Remember(CholeskyProduct.Instance.Forward(factor), CholeskyProduct.Instance, factor);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 2);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var (scale, df) = (ScaleTril.to(ScalarType.Float64), Df.Wide(ScaleTril));
        var (factor, isDefinite) = Wishart.Factor(value);
        var density = -LogNormalizer(df, scale) - (df + Dimension + 1) * MultivariateGamma.HalfLogDeterminant(factor)
            - MultivariateGamma.SquaredRatio(factor.expand(full), scale.expand(full)) * 0.5;
        return Expanded(density.WhereInside(isDefinite, value, 2).to(GammaMath.ResultType(value, Like)), full[..^2]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var (scale, df) = (ScaleTril.to(ScalarType.Float64), Df.Wide(ScaleTril));
        var halfLog = MultivariateGamma.HalfLogDeterminant(scale) - (MultivariateGamma.Digamma(df * 0.5, Dimension) + Dimension * Math.Log(2)) * 0.5;
        return WholeBatch((LogNormalizer(df, scale) + (df + Dimension + 1) * halfLog + df * (Dimension * 0.5)).to(ScaleTril.dtype));
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => base.FindParameterFault() ?? MultivariateGamma.FindFault(Df, Dimension, Name);

    private Tensor LogNormalizer(Tensor df, Tensor scale) => df * (Dimension * 0.5 * Math.Log(2) - MultivariateGamma.HalfLogDeterminant(scale))
        + MultivariateGamma.LogGamma(df * 0.5, Dimension);

    private Tensor EachMatrix(TensorOrScalar number) => number.AsTensor(ScaleTril).unsqueeze(-1).unsqueeze(-1);
}
