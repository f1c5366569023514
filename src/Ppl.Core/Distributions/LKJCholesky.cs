using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution over Cholesky factors L of correlation matrices whose density of L Lᵀ is its determinant to a power.</summary>
/// <remarks>
/// p(L Lᵀ) ∝ |L Lᵀ|^(concentration − 1), so log p(L) = Σᵢ (D − i + 2 concentration − 2) log Lᵢᵢ − log Z for i = 2, ..., D, a density over the
/// entries below the diagonal. Concentration 1 is uniform over correlation matrices, more favours weak correlations. The last two dimensions are
/// one indivisible event. Draws are those of the onion method of Lewandowski, Kurowicka and Joe (2009), Journal of Multivariate Analysis 100(9):
/// row i is a vector of i − 1 standard normal numbers and the root of a chi-squared one, made length 1, with an implicit gradient. Densities are
/// computed in float64.
/// </remarks>
[Family(Support.CorrelationCholesky, Reparameterized = true)]
public sealed class LKJCholesky : ParametricFamily<LKJCholesky>
{
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.Positive, 1);

    /// <summary>A distribution over Cholesky factors of correlation matrices.</summary>
    /// <param name="dimension">D, at least 2.</param>
    /// <param name="concentration">The determinant's power plus 1: &gt; 0. A number for each matrix; 1 when it is not given.</param>
    /// <exception cref="PplArgumentException">The dimension is less than 2.</exception>
    public LKJCholesky(long dimension, TensorOrScalar? concentration = null) : base(ConcentrationOf.Of(concentration))
        => Dimension = dimension >= 2
            ? dimension : throw new PplArgumentException($"LKJCholesky needs a dimension of at least 2; found {dimension}.");

    /// <summary>D.</summary>
    public long Dimension { get; }

    /// <summary>The determinant's power plus 1, as given.</summary>
    public TensorOrScalar Concentration => ParameterAt(0);

    /// <summary>0 below the diagonal, E[Lᵢᵢ] on it.</summary>
    public override Tensor Mean => Whole(MeanOfDiagonal().Narrow(Like).diag_embed());

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            // Row i has squared length 1, of which each entry below the diagonal has the mean 1 / (2 (concentration + (D − 1) / 2)).
            var total = Total();
            var diagonal = Rest() / total.unsqueeze(-1) - MeanOfDiagonal().square();
            var below = ones(Dimension, Dimension, dtype: ScalarType.Float64, device: Like?.device).tril(-1);
            return Whole((below * (0.5 / total).unsqueeze(-1).unsqueeze(-1) + diagonal.clamp_min(0).diag_embed()).Narrow(Like));
        }
    }

    /// <summary>The identity where the concentration is at least 1, and NaN elsewhere: the density grows towards singular matrices.</summary>
    public override Tensor Mode
    {
        get
        {
            var concentration = Concentration.AsTensor(Like).unsqueeze(-1).unsqueeze(-1);
            var identity = eye(Dimension, dtype: concentration.dtype, device: concentration.device).expand(Shape);
            return where(concentration.ge(1), identity, full_like(identity, double.NaN));
        }
    }

    /// <inheritdoc/>
    protected override long[] EventShape => [Dimension, Dimension];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var (type, device) = (Like?.dtype ?? get_default_dtype(), Like?.device);
        var below = randn(shape, type, device, generator: generator).tril(-1);
        var gamma = GammaMath.LogDraw(Rest().to(type).expand(shape[..^1]), generator);
        var rows = below + ((gamma + Math.Log(2)) * 0.5).exp().clamp_min(Math.Sqrt(finfo(type).tiny)).diag_embed();
        return rows / rows.square().sum(-1, keepdim: true).sqrt();
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 2);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var diagonal = value.diagonal(0, -2, -1).to(ScalarType.Float64);
        var log = diagonal.Or(diagonal.gt(0)).narrow(-1, 1, Dimension - 1).log();
        var density = ((Powers() * log).sum(-1) - LogNormalizer()).WhereInside(Constraint.CorrelationCholesky.ContainsEvents(value)!, value, 2);
        return Expanded(density.to(GammaMath.ResultType(value, Like)), full[..^2]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch((LogNormalizer() - (Powers() * MeanLogDiagonal()).sum(-1)).Narrow(Like));

    /// <summary>log Z, in float64: Σᵢ ((i − 1) log(π) / 2 + log Γ(cᵢ) − log Γ(cᵢ + (i − 1) / 2)) with cᵢ = concentration + (D − i) / 2.</summary>
    internal Tensor LogNormalizer()
    {
        var rest = Rest().narrow(-1, 1, Dimension - 1);
        var before = arange(1, Dimension, dtype: ScalarType.Float64, device: Like?.device) * 0.5;
        return (before * Math.Log(Math.PI)).sum(-1) - MultivariateGamma.SumOfLogRatios(rest, before, Total());
    }

    /// <summary>E[log Lᵢᵢ] for i = 2, ..., D, in float64.</summary>
    internal Tensor MeanLogDiagonal() => (Rest().narrow(-1, 1, Dimension - 1).digamma() - Total().unsqueeze(-1).digamma()) * 0.5;

    // The square of Lᵢᵢ is a beta draw with cᵢ = concentration + (D − i) / 2 and (i − 1) / 2, whose sum is the same for all rows.
    private Tensor Rest() => Wide().unsqueeze(-1) + arange(Dimension - 1, -1, -1, dtype: ScalarType.Float64, device: Like?.device) * 0.5;

    private Tensor Total() => Wide() + (Dimension - 1) * 0.5;

    private Tensor Powers() => Rest().narrow(-1, 1, Dimension - 1) * 2 - 2;

    private Tensor MeanOfDiagonal()
    {
        var half = Rest().new_full([], 0.5);
        var mean = (MultivariateGamma.LogRatio(Rest(), half) - MultivariateGamma.LogRatio(Total().unsqueeze(-1), half)).exp();
        return mean;
    }

    private Tensor Wide() => Concentration.Wide(Like);
}
