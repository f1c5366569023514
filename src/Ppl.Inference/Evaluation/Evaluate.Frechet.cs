using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The Fréchet distance.</content>
public static partial class Evaluate
{
    /// <summary>The squared Fréchet distance of the normal distributions that have the moments of two sets of features.</summary>
    /// <remarks>
    /// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½), in double precision; the last trace is Σ √λ over the eigenvalues of Σ₁^½ Σ₂ Σ₁^½. It depends on
    /// the network that made the features: it is the Fréchet inception distance (Heusel et al. 2017, arXiv:1706.08500) with that paper's network
    /// alone. It is biased upwards for few rows: compare numbers of as many rows. Source: Dowson and Landau 1982, J. Multivariate Analysis 12.
    /// </remarks>
    /// <param name="first">Features of one set: [N, D], two rows or more.</param>
    /// <param name="second">Features of the other: [M, D], two rows or more.</param>
    /// <returns>The squared distance, ≥ 0 but for rounding, in squared units of the features.</returns>
    /// <exception cref="PplShapeException">They are no matrices of as many columns, or have less than two rows.</exception>
    /// <exception cref="NonFiniteException">A feature is not finite.</exception>
    public static double FrechetDistance(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.dim() != 2 || second.dim() != 2 || first.shape[1] != second.shape[1] || first.shape[0] < 2 || second.shape[0] < 2)
        {
            throw new PplShapeException(
                "features are (rows, features), two rows or more, with as many columns; "
                + $"found {ShapeText.Of(first.shape)} and {ShapeText.Of(second.shape)}.");
        }

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ((mean1, covariance1), (mean2, covariance2)) = (Moments(first), Moments(second));
        var (values, vectors) = linalg.eigh(covariance1);
        var root = (vectors * values.clamp(min: 0).sqrt()).matmul(vectors.t());
        var cross = linalg.eigvalsh(root.matmul(covariance2).matmul(root)).clamp(min: 0).sqrt().sum();
        var distance = (mean1 - mean2).square().sum() + covariance1.diagonal().sum() + covariance2.diagonal().sum() - (2 * cross);

        // Of sets that are alike the terms cancel to their rounding, on either side of 0.
        return Math.Max(0, Numbers.Of(distance)[0]);
    }

    /// <summary>The squared Fréchet distance of two sets of data in the features of a network.</summary>
    /// <param name="features">Rows of data to features, [rows, D]; it runs in evaluation mode, and is left as it was.</param>
    /// <param name="first">One set of data, where the network is.</param>
    /// <param name="second">The other.</param>
    /// <param name="batchSize">Rows taken at a time, at least 1.</param>
    /// <exception cref="PplShapeException">The network makes no matrix of features, or there are less than two rows.</exception>
    public static double FrechetDistance(nn.Module<Tensor, Tensor> features, Tensor first, Tensor second, int batchSize = 500)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var mode = new Networks.EvaluationMode(features);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return FrechetDistance(Of(first), Of(second));

        Tensor Of(Tensor data)
        {
            if (data.dim() == 0 || data.shape[0] == 0)
                throw new PplShapeException($"there are no rows in data of shape {ShapeText.Of(data.shape)}.");
            List<Tensor> parts = [];
            for (long start = 0; start < data.shape[0]; start += batchSize)
            {
                using var inner = NewDisposeScope();
                var made = Features(data.narrow(0, start, Math.Min(batchSize, data.shape[0] - start)));
                parts.Add(made.cpu().to(ScalarType.Float64).MoveToOuterDisposeScope());
            }

            return cat(parts, 0);
        }

        Tensor Features(Tensor rows)
        {
            try
            {
                return features.call(rows);
            }
            catch (Exception fault) when (LibraryFault.Is(fault))
            {
                throw LibraryFault.InNetwork(fault, "the features' network", "rows", rows);
            }
        }
    }

    private static (Tensor Mean, Tensor Covariance) Moments(Tensor features)
    {
        if (ValueCheck.Finite(features, "feature", "features must be finite") is { } fault) throw fault.ToException("features");
        var x = features.detach().cpu().to(ScalarType.Float64);
        var mean = x.mean([0]);
        var centered = x - mean;
        return (mean, centered.t().matmul(centered) / (x.shape[0] - 1));
    }
}
