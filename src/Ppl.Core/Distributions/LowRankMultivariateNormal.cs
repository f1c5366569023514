using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The multivariate normal with covariance W Wᵀ + diag(d): correlation of low rank over independent noise.</summary>
/// <remarks>
/// With C = I + Wᵀ diag(d)⁻¹ W and y = x − loc: log p(x) = −(yᵀ diag(d)⁻¹ y − |C^(−1/2) Wᵀ diag(d)⁻¹ y|²) / 2 − (log|C| + Σ log d) / 2 −
/// D log(2π) / 2, by the matrix inversion and determinant lemmas: no matrix of D rows and columns is made. A draw y = W c + √d o of its own has
/// |c|² + |o|² − |C^(−1/2) (c − Vᵀ o)|² with V = diag(d)^(−1/2) W in place of the difference, which cancels nothing; its derivatives are of
/// first order only.
/// </remarks>
[Family(Support.RealVector, Reparameterized = true, Head = typeof(LowRankHead))]
public sealed class LowRankMultivariateNormal : ParametricFamily<LowRankMultivariateNormal>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealVector);
    private static readonly ParameterDeclaration FactorOf = new("factor", Constraint.RealMatrix);
    private static readonly ParameterDeclaration DiagonalOf = new("diagonal", new VectorConstraint(Constraint.Positive));

    /// <summary>A multivariate normal distribution from its mean, factor and diagonal.</summary>
    /// <param name="loc">The mean: any real. [..., D], or a number for all coordinates.</param>
    /// <param name="factor">W: any real. [..., D, r].</param>
    /// <param name="diagonal">d, the variances of the independent noise: &gt; 0. [..., D].</param>
    /// <exception cref="PplShapeException">The shapes do not agree.</exception>
    public LowRankMultivariateNormal(TensorOrScalar loc, Tensor factor, Tensor diagonal)
        : base(LocOf.Of(loc), FactorOf.Of(factor), DiagonalOf.Of(diagonal))
    {
        ArgumentNullException.ThrowIfNull(factor);
        ArgumentNullException.ThrowIfNull(diagonal);
        var (mean, matrix, noise) = (loc.Shape, factor.shape, diagonal.shape);
        var agree = matrix.Length >= 2 && noise.Length >= 1 && noise[^1] == matrix[^2];
        if (agree && (mean.Length == 0 || mean[^1] == 1 || mean[^1] == noise[^1])) return;
        throw new PplShapeException(
            $"LowRankMultivariateNormal needs loc (..., D), factor (..., D, r) and diagonal (..., D); found {ShapeText.Of(mean)}, "
            + $"{ShapeText.Of(matrix)} and {ShapeText.Of(noise)}.");
    }

    /// <summary>The mean, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>W: [..., D, r].</summary>
    public Tensor Factor => ParameterAt(1).Tensor!;

    /// <summary>d: [..., D].</summary>
    public Tensor Diagonal => ParameterAt(2).Tensor!;

    /// <summary>D.</summary>
    public long Dimension => Factor.shape[^2];

    /// <summary>r.</summary>
    public long Rank => Factor.shape[^1];

    /// <summary>W Wᵀ + diag(d).</summary>
    public Tensor Covariance => Factor.matmul(Factor.transpose(-2, -1)) + Diagonal.diag_embed();

    /// <summary>Half the covariance's log-determinant.</summary>
    public Tensor HalfLogDeterminant => HalfLogDeterminantBy(Capacitance());

    /// <inheritdoc/>
    public override Tensor Mean => Loc.AsTensor(Factor).expand(Shape);

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => (Factor.square().sum(-1) + Diagonal).expand(Shape);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var common = randn([.. shape[..^1], Rank, 1], Factor.dtype, Factor.device, generator: generator);
        var own = randn(shape, Factor.dtype, Factor.device, generator: generator);
        var scaled = Factor.matmul(common).squeeze(-1) + Diagonal.sqrt() * own;
        var draw = Loc.Is(0) ? scaled : Loc.IsScalar ? scaled + Loc.Scalar : scaled + Loc.Tensor;
        return NoiseMemory.Remember(draw, this, common.squeeze(-1), own);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var capacitance = Capacitance();
        if (NoiseMemory.Recall(value, this) is [var common, var own] && own.shape.AsSpan().SequenceEqual(full))
            return LogKernelOfDraw(value, common, own, capacitance) - HalfLogDeterminantBy(capacitance) - Dimension * NormalMath.HalfLogTwoPi;
        return value.AtFinite(finite => LogProbOfFinite(finite, full, capacitance), 1);
    }

    private Tensor LogProbOfFinite(Tensor value, long[] full, Tensor capacitance)
    {
        var real = ValueCheck.AsReal(value, Factor);
        var centered = Loc.IsScalar ? real - Loc.Scalar : real - Loc.Tensor;
        if (!centered.shape.AsSpan().SequenceEqual(full)) centered = centered.expand(full);
        var precise = centered / Diagonal;
        var projected = Factor.transpose(-2, -1).matmul(precise.unsqueeze(-1)).squeeze(-1);
        var distance = (centered * precise).sum(-1) - MultivariateNormal.SquaredNorm(capacitance, projected);
        return distance * -0.5 - HalfLogDeterminantBy(capacitance) - Dimension * NormalMath.HalfLogTwoPi;
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(HalfLogDeterminant + Dimension * (NormalMath.HalfLogTwoPi + 0.5));

    /// <inheritdoc/>
    protected override long[] EventShape => [Dimension];

    private Tensor LogKernelOfDraw(Tensor value, Tensor common, Tensor own, Tensor capacitance)
    {
        if (NoiseMemory.IsPathwise(value, Loc.Tensor, Factor, Diagonal)) return KernelAt(Factor, Diagonal, capacitance, common, own, out _);

        // At a fixed value, with u = Σ⁻¹ (z - m), the kernel's differential is -u·(dz - dm) + uᵀ dW Wᵀ u + u²·dd / 2.
        var (factor, diagonal) = (Factor.detach(), Diagonal.detach());
        var kernel = KernelAt(factor, diagonal, capacitance.detach(), common, own, out var residual);
        var root = linalg.solve_triangular(capacitance.detach().transpose(-2, -1), residual.unsqueeze(-1), upper: true);
        var score = (own / diagonal.sqrt()) + (factor / diagonal.unsqueeze(-1)).matmul(root).squeeze(-1);
        var change = NoiseMemory.Differential(value);
        if (!Loc.IsScalar) change = change - NoiseMemory.Differential(Loc.Tensor);
        change = change - NoiseMemory.Differential(Factor).matmul(factor.transpose(-2, -1).matmul(score.unsqueeze(-1))).squeeze(-1);
        change = change - NoiseMemory.Differential(Diagonal) * score * 0.5;
        return kernel - (score * change).sum(-1);
    }

    // The residual is C^(-1/2) (c - Vᵀ o).
    private static Tensor KernelAt(Tensor factor, Tensor diagonal, Tensor capacitance, Tensor common, Tensor own, out Tensor residual)
    {
        var projected = factor.transpose(-2, -1).matmul((own / diagonal.sqrt()).unsqueeze(-1)).squeeze(-1);
        residual = linalg.solve_triangular(capacitance, (common - projected).unsqueeze(-1), upper: false).squeeze(-1);
        return (common.square().sum(-1) + own.square().sum(-1) - residual.square().sum(-1)) * -0.5;
    }

    /// <summary>The Cholesky factor of C = I + Wᵀ diag(d)⁻¹ W: [..., r, r].</summary>
    internal Tensor Capacitance()
    {
        var scaled = Factor / Diagonal.unsqueeze(-1);
        var inner = Factor.transpose(-2, -1).matmul(scaled);
        return linalg.cholesky(inner + eye(Rank, dtype: Factor.dtype, device: Factor.device));
    }

    private Tensor HalfLogDeterminantBy(Tensor capacitance) =>
        capacitance.diagonal(0, -2, -1).log().sum(-1) + Diagonal.log().sum(-1) * 0.5;
}
