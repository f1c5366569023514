using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The maximum mean discrepancy.</content>
public static partial class Evaluate
{
    /// <summary>The squared maximum mean discrepancy of two sets of draws, such as codes and draws of their prior.</summary>
    /// <remarks>
    /// MMD² = E k(x, x') + E k(y, y') − 2 E k(x, y), in double precision, by the means over pairs of rows that <paramref name="estimator"/> says; for
    /// characteristic kernels 0 where the distributions are equal, and there alone.
    /// Source: Gretton, Borgwardt, Rasch, Schölkopf and Smola 2012, JMLR 13.
    /// </remarks>
    /// <param name="first">One set: [N, D], two rows or more.</param>
    /// <param name="second">The other: [M, D], two rows or more.</param>
    /// <param name="kernel"><see cref="Kernel.InverseMultiquadratic"/> when left out.</param>
    /// <param name="estimator">How the means are taken.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many columns, or have less than two rows.</exception>
    /// <exception cref="NonFiniteException">A number is not finite.</exception>
    public static double MaximumMeanDiscrepancy(
        Tensor first, Tensor second, Kernel? kernel = null, MmdEstimator estimator = MmdEstimator.Unbiased)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.dim() != 2 || second.dim() != 2 || first.shape[1] != second.shape[1] || first.shape[0] < 2 || second.shape[0] < 2)
        {
            throw new PplShapeException(
                "draws are (rows, coordinates), two rows or more, with as many columns; "
                + $"found {ShapeText.Of(first.shape)} and {ShapeText.Of(second.shape)}.");
        }

        Mmd.Known(estimator);
        var by = kernel ?? Kernel.InverseMultiquadratic();
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (x, y) = (Numbers(first), Numbers(second));
        var (n, m) = (x.shape[0], y.shape[0]);
        var distance = Mmd.Within(Sum(x, x), n, by, estimator) + Mmd.Within(Sum(y, y), m, by, estimator) - (Sum(x, y) * (2.0 / ((double)n * m)));
        return Inference.Numbers.Of(distance)[0];

        // Pairs in chunks of rows, some 8 MiB of differences at a time.
        Tensor Sum(Tensor a, Tensor b)
        {
            var (total, rows) = (zeros([], dtype: ScalarType.Float64), Math.Max(1, (1 << 20) / Math.Max(1, b.numel())));
            for (long start = 0; start < a.shape[0]; start += rows)
            {
                using var inner = NewDisposeScope();
                var some = a.narrow(0, start, Math.Min(rows, a.shape[0] - start)).unsqueeze(1);
                total = (total + by.Of((some - b).square().sum([2]), b.shape[1]).sum()).MoveToOuterDisposeScope();
            }

            return total;
        }

        static Tensor Numbers(Tensor draws) => ValueCheck.Finite(draws, "draw", "draws must be finite") is { } fault
            ? throw fault.ToException("draws") : draws.detach().cpu().to(ScalarType.Float64);
    }
}
