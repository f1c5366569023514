using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The multivariate Student distribution: a multivariate normal whose scale varies, with heavy tails.</summary>
/// <remarks>
/// With M = |L⁻¹ (x − loc)|²: log p(x) = log Γ((df + D) / 2) − log Γ(df / 2) − D log(df π) / 2 − Σᵢ log Lᵢᵢ − (df + D) log(1 + M / df) / 2. A draw
/// is loc + L ε √(df / c) with c chi-squared, whose gradient is implicit: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. L Lᵀ is the scale
/// matrix; the covariance is df / (df − 2) times it. The last dimension is one indivisible event. Computed in float64.
/// </remarks>
[Family(Support.RealVector, Reparameterized = true, Head = typeof(MultivariateNormalHead))]
public sealed class MultivariateStudentT : ParametricFamily<MultivariateStudentT>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealVector);
    private static readonly ParameterDeclaration ScaleTrilOf = new("scaleTril", Constraint.LowerCholesky);

    /// <summary>A multivariate Student distribution.</summary>
    /// <param name="df">Degrees of freedom: &gt; 0. A number for each vector.</param>
    /// <param name="loc">The location: [..., D], or a number for all coordinates.</param>
    /// <param name="scaleTril">L, lower triangular with a positive diagonal: [..., D, D].</param>
    /// <exception cref="PplShapeException">The matrix is not square, or the shapes do not agree.</exception>
    public MultivariateStudentT(TensorOrScalar df, TensorOrScalar loc, Tensor scaleTril)
        : base(DfOf.Of(df), LocOf.Of(loc), ScaleTrilOf.Of(scaleTril))
    {
        ArgumentNullException.ThrowIfNull(scaleTril);
        var (matrix, mean) = (scaleTril.shape, loc.Shape);
        if (matrix.Length >= 2 && matrix[^1] == matrix[^2] && (mean.Length == 0 || mean[^1] == 1 || mean[^1] == matrix[^1])) return;
        throw new PplShapeException(
            $"MultivariateStudentT needs loc (..., D) and scaleTril (..., D, D); found {ShapeText.Of(mean)} and {ShapeText.Of(matrix)}.");
    }

    /// <summary>Degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <summary>The location, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(1);

    /// <summary>L: [..., D, D].</summary>
    public Tensor ScaleTril => ParameterAt(2).Tensor!;

    /// <summary>D.</summary>
    public long Dimension => ScaleTril.shape[^1];

    /// <summary>The location; NaN where df is at most 1.</summary>
    public override Tensor Mean
    {
        get
        {
            var mean = Mode;
            return where(Whole(Df.AsTensor(ScaleTril).unsqueeze(-1)).gt(1), mean, full_like(mean, double.NaN));
        }
    }

    /// <summary>df / (df − 2) times the diagonal of L Lᵀ; infinite where df is at most 2, NaN where it is at most 1.</summary>
    public override Tensor Variance
    {
        get
        {
            var df = Whole(Df.AsTensor(ScaleTril).unsqueeze(-1));
            var variance = ScaleTril.square().sum(-1) * (df / (df - 2).clamp_min(0));
            return where(df.gt(1), variance, full_like(variance, double.NaN));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc.AsTensor(ScaleTril));

    /// <inheritdoc/>
    protected override long[] EventShape => [Dimension];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var noise = randn(shape, ScaleTril.dtype, ScaleTril.device, generator: generator);
        var df = Df.AsTensor(ScaleTril).expand(shape[..^1]);

        // On the logarithm's scale: a chi-squared number of few degrees of freedom may be too small for float32.
        var log = GammaMath.LogDraw(df * 0.5, generator) - (df * 0.5).log();
        var scaled = ScaleTril.matmul(noise.unsqueeze(-1)).squeeze(-1) * (log * -0.5).exp().unsqueeze(-1);
        return scaled.PlusParameter(Loc);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 1);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var (factor, df) = (ScaleTril.to(ScalarType.Float64), Df.Wide(ScaleTril));
        var centered = value.to(ScalarType.Float64) - Loc.Wide(ScaleTril);
        var distance = MultivariateNormal.SquaredNorm(factor, centered.expand(full));
        var density = LogNormalizer(df, factor) - (df + Dimension) * 0.5 * (distance / df).log1p();
        return Expanded(density.to(GammaMath.ResultType(value, Like)), full[..^1]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var (factor, df) = (ScaleTril.to(ScalarType.Float64), Df.Wide(ScaleTril));
        var half = (df + Dimension) * 0.5;
        return WholeBatch((half * (half.digamma() - (df * 0.5).digamma()) - LogNormalizer(df, factor)).to(ScaleTril.dtype));
    }

    private Tensor LogNormalizer(Tensor df, Tensor factor) => MultivariateGamma.LogRatio(df * 0.5, full_like(df, Dimension * 0.5))
        - (df * Math.PI).log() * (Dimension * 0.5) - MultivariateGamma.HalfLogDeterminant(factor);
}
