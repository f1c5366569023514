using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The multivariate normal distribution with a full covariance.</summary>
/// <remarks>
/// log p(x) = −|L⁻¹(x − loc)|² / 2 − Σᵢ log Lᵢᵢ − D log(2π) / 2, where covariance = L Lᵀ. A draw's last dimension is the D coordinates,
/// one indivisible event: <see cref="LogProb"/> has the shape of all before it. At a draw of its own, <see cref="LogProb"/> takes the noise that
/// the draw was made of, and solves nothing: it is exact where L is nearly singular, and its derivatives are of first order only.
/// </remarks>
[Family(Support.RealVector, Reparameterized = true, Head = typeof(MultivariateNormalHead))]
public sealed class MultivariateNormal : ParametricFamily<MultivariateNormal>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealVector);
    private static readonly ParameterDeclaration ScaleTrilOf = new("scaleTril", Constraint.LowerCholesky);

    /// <summary>A multivariate normal from its mean and one of three matrices: give exactly one.</summary>
    /// <param name="loc">The mean: [..., D], or a number for all coordinates.</param>
    /// <param name="scaleTril">L, lower triangular with a positive diagonal: [..., D, D].</param>
    /// <param name="covariance">A symmetric positive definite matrix: [..., D, D].</param>
    /// <param name="precision">The covariance's inverse: [..., D, D].</param>
    /// <exception cref="PplArgumentException">Not exactly one matrix is given.</exception>
    /// <exception cref="PplShapeException">The matrix is not square, or its size disagrees with the mean's.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The covariance or the precision is not positive
    /// definite.</exception>
    public MultivariateNormal(TensorOrScalar loc, Tensor? scaleTril = null, Tensor? covariance = null, Tensor? precision = null)
        : this(loc, Factor(scaleTril, covariance, precision))
    {
    }

    private MultivariateNormal(TensorOrScalar loc, Tensor scaleTril) : base(LocOf.Of(loc), ScaleTrilOf.Of(scaleTril))
    {
        var matrix = scaleTril.shape;
        var mean = loc.Shape;
        if (mean.Length > 0 && mean[^1] != Dimension && mean[^1] != 1)
        {
            throw new PplShapeException(
                $"MultivariateNormal's loc has shape {ShapeText.Of(mean)} and its matrix {ShapeText.Of(matrix)}: the last sizes must agree.");
        }
    }

    /// <summary>The mean, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>L, the lower Cholesky factor of the covariance: [..., D, D].</summary>
    public Tensor ScaleTril => ParameterAt(1).Tensor!;

    /// <summary>D.</summary>
    public long Dimension => ScaleTril.shape[^1];

    /// <summary>L Lᵀ.</summary>
    public Tensor Covariance => ScaleTril.matmul(ScaleTril.transpose(-2, -1));

    /// <summary>Σᵢ log Lᵢᵢ, half the covariance's log-determinant.</summary>
    public Tensor HalfLogDeterminant => ScaleTril.diagonal(0, -2, -1).log().sum(-1);

    /// <inheritdoc/>
    public override Tensor Mean => Loc.AsTensor(ScaleTril).expand(Shape);

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => ScaleTril.square().sum(-1).expand(Shape);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var noise = randn(DrawShape(sampleShape), ScaleTril.dtype, ScaleTril.device, generator: generator);
        var scaled = ScaleTril.dim() == 2 ? noise.matmul(ScaleTril.transpose(-2, -1)) : ScaleTril.matmul(noise.unsqueeze(-1)).squeeze(-1);
        var draw = Loc.Is(0) ? scaled : Loc.IsScalar ? scaled + Loc.Scalar : scaled + Loc.Tensor;
        return NoiseMemory.Remember(draw, this, noise);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        if (NoiseMemory.Recall(value, this) is [var noise] && noise.shape.AsSpan().SequenceEqual(full))
            return LogKernelOfDraw(value, noise) - HalfLogDeterminant - Dimension * NormalMath.HalfLogTwoPi;
        return value.AtFinite(finite => LogProbOfFinite(finite, full), 1);
    }

    private Tensor LogProbOfFinite(Tensor value, long[] full)
    {
        var real = ValueCheck.AsReal(value, ScaleTril);
        var centered = Loc.IsScalar ? real - Loc.Scalar : real - Loc.Tensor;
        if (!centered.shape.AsSpan().SequenceEqual(full)) centered = centered.expand(full);
        return SquaredNorm(ScaleTril, centered) * -0.5 - HalfLogDeterminant - Dimension * NormalMath.HalfLogTwoPi;
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(HalfLogDeterminant + Dimension * (NormalMath.HalfLogTwoPi + 0.5));

    /// <inheritdoc/>
    protected override long[] EventShape => [Dimension];

    // -|ε|²/2 at fixed noise. At a fixed value the differential of L⁻¹(z - m) is L⁻¹(dz - dm - dL ε), so that the kernel's is -u·(dz - dm - dL ε)
    // with u = L⁻ᵀ ε.
    private Tensor LogKernelOfDraw(Tensor value, Tensor noise)
    {
        var kernel = noise.square().sum(-1) * -0.5;
        if (NoiseMemory.IsPathwise(value, Loc.Tensor, ScaleTril)) return kernel;
        var score = linalg.solve_triangular(ScaleTril.detach().transpose(-2, -1), noise.unsqueeze(-1), upper: true).squeeze(-1);
        var change = NoiseMemory.Differential(value) - NoiseMemory.Differential(ScaleTril.tril()).matmul(noise.unsqueeze(-1)).squeeze(-1);
        if (!Loc.IsScalar) change = change - NoiseMemory.Differential(Loc.Tensor);
        return kernel - (score * change).sum(-1);
    }

    /// <summary>|L⁻¹ v|² by triangular solves: [..., D, D] and [..., D] to [...].</summary>
    /// <param name="factor">L, lower triangular.</param>
    /// <param name="vectors">v; may have leading dimensions that L lacks.</param>
    internal static Tensor SquaredNorm(Tensor factor, Tensor vectors)
    {
        var shape = vectors.shape;
        var rows = factor.shape[..^2];
        var extra = shape.Length - 1 - rows.Length;

        // Dimensions that only the vectors have become columns of one solve, so that the factor is never copied.
        if (extra >= 0 && shape.AsSpan(extra, rows.Length).SequenceEqual(rows))
        {
            var count = shape[..extra].Aggregate(1L, (product, size) => product * size);
            var columns = vectors.reshape([count, .. shape[extra..]]).movedim([0], [-1]);
            var solved = linalg.solve_triangular(factor, columns, upper: false).square().sum(-2);
            return solved.movedim([-1], [0]).reshape(shape[..^1]);
        }

        return linalg.solve_triangular(factor, vectors.unsqueeze(-1), upper: false).square().sum(-2).squeeze(-1);
    }

    private static Tensor Factor(Tensor? scaleTril, Tensor? covariance, Tensor? precision)
    {
        var given = (scaleTril is null ? 0 : 1) + (covariance is null ? 0 : 1) + (precision is null ? 0 : 1);
        if (given != 1) throw new PplArgumentException("MultivariateNormal needs exactly one of scaleTril, covariance and precision.");
        var matrix = (scaleTril ?? covariance ?? precision)!;
        var shape = matrix.shape;
        if (shape.Length < 2 || shape[^1] != shape[^2])
            throw new PplShapeException($"MultivariateNormal needs a square matrix; found shape {ShapeText.Of(shape)}.");
        if (scaleTril is not null) return scaleTril;
        if (covariance is not null) return linalg.cholesky(covariance);

        // With J the reversal of the coordinates and J P J = M Mᵀ, the covariance's factor is (J M J)⁻ᵀ, which is lower triangular.
        var reversed = linalg.cholesky(matrix.flip(-2, -1)).flip(-2, -1);
        var identity = eye(shape[^1], dtype: matrix.dtype, device: matrix.device).expand(shape);
        return linalg.solve_triangular(reversed, identity, upper: true).transpose(-2, -1);
    }
}
