using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The matrix normal distribution: a normal matrix whose rows are correlated among each other, and its columns.</summary>
/// <remarks>
/// With row covariance A Aᵀ and column covariance B Bᵀ: log p(X) = −|A⁻¹ (X − loc) B⁻ᵀ|² / 2 − p Σᵢ log Aᵢᵢ − n Σⱼ log Bⱼⱼ − n p log(2π) / 2; the
/// covariance of the rows written one after the other is the Kronecker product of the two. A draw is loc + A ε Bᵀ. The last two dimensions are one
/// indivisible event.
/// </remarks>
[Family(Support.RealMatrix, Reparameterized = true)]
public sealed class MatrixNormal : ParametricFamily<MatrixNormal>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealMatrix);
    private static readonly ParameterDeclaration RowOf = new("scaleTrilRow", Constraint.LowerCholesky);
    private static readonly ParameterDeclaration ColumnOf = new("scaleTrilColumn", Constraint.LowerCholesky);

    /// <summary>A matrix normal distribution.</summary>
    /// <param name="loc">The mean: [..., n, p], or a number for all entries.</param>
    /// <param name="scaleTrilRow">A, lower triangular with a positive diagonal: [..., n, n].</param>
    /// <param name="scaleTrilColumn">B, lower triangular with a positive diagonal: [..., p, p].</param>
    /// <exception cref="PplShapeException">The shapes do not agree.</exception>
    public MatrixNormal(TensorOrScalar loc, Tensor scaleTrilRow, Tensor scaleTrilColumn)
        : base(LocOf.Of(loc), RowOf.Of(scaleTrilRow), ColumnOf.Of(scaleTrilColumn))
    {
        ArgumentNullException.ThrowIfNull(scaleTrilRow);
        ArgumentNullException.ThrowIfNull(scaleTrilColumn);
        var (mean, row, column) = (loc.Shape, scaleTrilRow.shape, scaleTrilColumn.shape);
        var agree = row.Length >= 2 && column.Length >= 2 && row[^1] == row[^2] && column[^1] == column[^2];
        if (agree && (mean.Length == 0 || (mean.Length >= 2 && mean[^2] == row[^1] && mean[^1] == column[^1]))) return;
        throw new PplShapeException(
            $"MatrixNormal needs loc (..., n, p), scaleTrilRow (..., n, n) and scaleTrilColumn (..., p, p); found {ShapeText.Of(mean)}, "
            + $"{ShapeText.Of(row)} and {ShapeText.Of(column)}.");
    }

    /// <summary>The mean, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>A, the lower Cholesky factor of the covariance among rows: [..., n, n].</summary>
    public Tensor ScaleTrilRow => ParameterAt(1).Tensor!;

    /// <summary>B, the lower Cholesky factor of the covariance among columns: [..., p, p].</summary>
    public Tensor ScaleTrilColumn => ParameterAt(2).Tensor!;

    /// <summary>Half the log-determinant of the whole covariance: p Σᵢ log Aᵢᵢ + n Σⱼ log Bⱼⱼ.</summary>
    public Tensor HalfLogDeterminant => MultivariateGamma.HalfLogDeterminant(ScaleTrilRow) * EventShape[1]
        + MultivariateGamma.HalfLogDeterminant(ScaleTrilColumn) * EventShape[0];

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Loc.AsTensor(ScaleTrilRow));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Whole(ScaleTrilRow.square().sum(-1).unsqueeze(-1) * ScaleTrilColumn.square().sum(-1).unsqueeze(-2));

    /// <inheritdoc/>
    protected override long[] EventShape => [ScaleTrilRow.shape[^1], ScaleTrilColumn.shape[^1]];

    /// <summary>n p, how many numbers a matrix has.</summary>
    internal long Count => EventShape[0] * EventShape[1];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var noise = randn(DrawShape(sampleShape), ScaleTrilRow.dtype, ScaleTrilRow.device, generator: generator);
        return ScaleTrilRow.matmul(noise).matmul(ScaleTrilColumn.transpose(-2, -1)).PlusParameter(Loc);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 2);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var density = SquaredNorm(ValueCheck.AsReal(value, Like).MinusParameter(Loc)) * -0.5 - HalfLogDeterminant - Count * NormalMath.HalfLogTwoPi;
        return Expanded(density, full[..^2]);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(HalfLogDeterminant + Count * (NormalMath.HalfLogTwoPi + 0.5));

    /// <summary>|A⁻¹ Y B⁻ᵀ|².</summary>
    /// <param name="centered">Y: broadcasts with [..., n, p].</param>
    internal Tensor SquaredNorm(Tensor centered)
    {
        var half = linalg.solve_triangular(ScaleTrilRow, centered.expand([.. centered.shape[..^2], .. EventShape]), upper: false);
        return MultivariateGamma.SquaredRatio(ScaleTrilColumn, half.transpose(-2, -1));
    }
}
