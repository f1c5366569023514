using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>K vectors of D numbers each, to which an encoder's outputs are rounded: the codebook of a VQ-VAE.</summary>
/// <remarks>
/// It learns in one of two ways. By gradient the vectors are a parameter, <c>vectors</c>, which <c>Objective.VectorQuantized</c> pulls to the
/// encoder's outputs. By moving averages they are a buffer: at each pass in training (with gradient), with nᵢ outputs nearest to vector i,
/// Nᵢ ← γ Nᵢ + (1 − γ) nᵢ, mᵢ ← γ mᵢ + (1 − γ) Σ z, eᵢ = mᵢ / Nᵢ, from Nᵢ = 1 and mᵢ = eᵢ on. What a pass adds is in force from the next pass in
/// training on, so that guide and model of one step see the same vectors; until then it waits in the buffers <c>batch_counts</c> and
/// <c>batch_sums</c>, beside <c>counts</c> and <c>sums</c>, and is in checkpoints with them. Source: van den Oord, Vinyals and Kavukcuoglu 2017,
/// arXiv:1711.00937, section 3.2 and appendix A.1.
/// </remarks>
/// <example>
/// <code>
/// var codebook = new Codebook(count: 64, dimension: 16, decay: 0.99);      // a field of the model
/// var z = Sample(Codeword(codebook).Expand(49));                           // in the model: [rows, 49, 16]
/// </code>
/// </example>
public sealed class Codebook : nn.Module
{
    // Of a vector that no output has been near for so long, nothing is left to divide by: it stays where it is.
    private const double LeastCount = 1e-20;

    /// <summary>A codebook of vectors drawn uniformly from [−1/K, 1/K], in the default type.</summary>
    /// <param name="count">K, the vectors: at least 1.</param>
    /// <param name="dimension">D, the numbers of a vector: at least 1.</param>
    /// <param name="decay">γ of the moving averages, in [0, 1); null where the vectors learn by gradient.</param>
    /// <exception cref="PplArgumentException">An argument is not in its domain.</exception>
    public Codebook(long count, long dimension, double? decay = null) : base(nameof(Codebook))
    {
        if (count < 1 || dimension < 1) throw new PplArgumentException($"a codebook of {count} vectors of {dimension} numbers is none.");
        if (decay is { } rate && !(rate is >= 0 and < 1)) throw new PplArgumentException($"the decay of a codebook is in [0, 1); {rate} is not.");
        (Count, Dimension, Decay) = (count, dimension, decay);
        using var scope = NewDisposeScope();
        var vectors = (((2 * rand(count, dimension)) - 1) / count).MoveToOuterDisposeScope();
        if (decay is null)
        {
            register_parameter("vectors", nn.Parameter(vectors));
            return;
        }

        register_buffer("vectors", vectors);
        register_buffer("counts", ones(count).MoveToOuterDisposeScope());
        register_buffer("sums", vectors.clone().MoveToOuterDisposeScope());
        register_buffer("batch_counts", zeros(count).MoveToOuterDisposeScope());
        register_buffer("batch_sums", zeros(count, dimension).MoveToOuterDisposeScope());
    }

    /// <summary>K, the number of vectors.</summary>
    public long Count { get; }

    /// <summary>D, the numbers of a vector.</summary>
    public long Dimension { get; }

    /// <summary>γ of the moving averages; null where the vectors learn by gradient.</summary>
    public double? Decay { get; }

    /// <summary>The vectors, [K, D]: the parameter, or the moving average.</summary>
    public Tensor Vectors => Decay is null ? get_parameter("vectors")! : get_buffer("vectors")!;

    /// <summary>The number of the nearest vector, by the Euclidean distance: the first of several that are equally near.</summary>
    /// <param name="values">[..., D].</param>
    /// <returns>[...], int64.</returns>
    /// <exception cref="PplShapeException">The last dimension is not D.</exception>
    public Tensor Nearest(Tensor values) => Nearest(values, Vectors);

    /// <summary>The vectors of codes, with their gradient where they are a parameter.</summary>
    /// <param name="codes">Numbers from 0 to K − 1: [...], int64.</param>
    /// <returns>[..., D].</returns>
    /// <exception cref="PplArgumentException">A code is no number of a vector.</exception>
    public Tensor Lookup(Tensor codes)
    {
        RequireCodes(codes);
        return Vectors.index_select(0, codes.reshape(-1)).reshape([.. codes.shape, Dimension]);
    }

    /// <summary>How many of the vectors codes use, exp(−Σ f log f) with the share f of each: 1 where one is used, K where all are equally.</summary>
    /// <param name="codes">Numbers from 0 to K − 1, of any shape.</param>
    /// <exception cref="PplArgumentException">A code is no number of a vector, or there are none.</exception>
    public double Perplexity(Tensor codes)
    {
        RequireCodes(codes);
        if (codes.numel() == 0) throw new PplArgumentException("there are no codes, and no vector is used.");
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var shares = Counts(codes.reshape(-1), ScalarType.Float64) / codes.numel();
        return Math.Exp(-shares.xlogy(shares).sum().ToDouble());
    }

    /// <summary>
    /// Moves the vectors to the centres that k-means finds among values (Lloyd's algorithm), from distinct ones of them drawn at random; the moving
    /// averages begin anew there. A centre that loses all its values stays where it is.
    /// </summary>
    /// <param name="values">What an encoder says, [..., D]: at least K vectors.</param>
    /// <param name="iterations">The most rounds; fewer where nothing moves any more.</param>
    /// <exception cref="PplArgumentException">There are fewer than K values, or one is not finite.</exception>
    /// <exception cref="PplShapeException">The last dimension is not D.</exception>
    public void StartAtMeans(Tensor values, int iterations = 50)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        RequireVectors(values, Vectors);
        var rows = values.detach().reshape(-1, Dimension).to(Vectors.dtype, Vectors.device);
        if (rows.shape[0] < Count) throw new PplArgumentException($"k-means of {Count} centres needs as many values; there are {rows.shape[0]}.");
        if (!rows.isfinite().all().ToBoolean()) throw new PplArgumentException("k-means needs finite values.");
        var centres = rows.index_select(0, randperm(rows.shape[0], device: rows.device).narrow(0, 0, Count));
        for (var round = 0; round < iterations; round++)
        {
            var (counts, sums) = Totals(rows, Nearest(rows, centres));
            var next = Means(sums, counts, centres);
            var isStill = next.eq(centres).all().ToBoolean();
            centres = next;
            if (isStill) break;
        }

        Vectors.copy_(centres);
        if (Decay is null) return;
        get_buffer("counts")!.fill_(1);
        get_buffer("sums")!.copy_(centres);
        get_buffer("batch_counts")!.fill_(0);
        get_buffer("batch_sums")!.fill_(0);
    }

    // A pass without gradient measures, whatever the mode.
    private bool IsLearning => Decay is not null && training && is_grad_enabled();

    /// <summary>What a pass of the guide sees: in training the averages take in what waits for them first.</summary>
    internal Tensor Current()
    {
        if (Decay is not { } decay || !IsLearning) return Vectors;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (counts, sums) = (get_buffer("counts")!, get_buffer("sums")!);
        var (batchCounts, batchSums) = (get_buffer("batch_counts")!, get_buffer("batch_sums")!);
        var share = (1 - decay) * batchCounts.sum().gt(0).to(counts.dtype);
        counts.add_(share * (batchCounts - counts));
        sums.add_(share * (batchSums - sums));
        Vectors.copy_(Means(sums, counts, Vectors));
        batchCounts.fill_(0);
        batchSums.fill_(0);
        return Vectors;
    }

    /// <summary>Keeps what the averages will take in: in training alone.</summary>
    /// <param name="values">The encoder's, [..., D].</param>
    /// <param name="codes">The nearest vectors, [...].</param>
    internal void Remember(Tensor values, Tensor codes)
    {
        if (!IsLearning) return;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (counts, sums) = Totals(values.detach().reshape(-1, Dimension).to(Vectors.dtype), codes.reshape(-1));
        get_buffer("batch_counts")!.copy_(counts);
        get_buffer("batch_sums")!.copy_(sums);
    }

    /// <summary>The number of the nearest of some vectors. Distances are computed by differences, so that a vector's own is 0 exactly.</summary>
    internal static Tensor Nearest(Tensor values, Tensor vectors)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireVectors(values, vectors);
        using var grad = no_grad();
        var rows = values.detach().reshape(-1, vectors.shape[1]);
        return cdist(rows, vectors.detach(), compute_mode: compute_mode.donot_use_mm_for_euclid_dist).argmin(1).reshape(values.shape[..^1]);
    }

    private void RequireCodes(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        if (codes.dtype != ScalarType.Int64) throw new PplArgumentException($"codes are of type Int64, not {codes.dtype}.");
        var bad = codes.reshape(-1).masked_select(codes.reshape(-1).lt(0).logical_or(codes.reshape(-1).ge(Count)));
        if (bad.numel() > 0) throw new PplArgumentException($"a code of {Count} vectors is 0 to {Count - 1}; found {bad[0].ToInt64()}.");
    }

    private static void RequireVectors(Tensor values, Tensor vectors)
    {
        if (values.dim() > 0 && values.shape[^1] == vectors.shape[1]) return;
        throw new PplShapeException(
            $"a codebook has vectors of {vectors.shape[1]} numbers, and the last dimension of {ShapeText.Of(values.shape)} is none of these.");
    }

    private static Tensor Means(Tensor sums, Tensor counts, Tensor otherwise)
    {
        var isUsed = counts.gt(LeastCount).unsqueeze(1);
        return where(isUsed, sums / where(isUsed, counts.unsqueeze(1), ones_like(counts).unsqueeze(1)), otherwise);
    }

    private (Tensor Counts, Tensor Sums) Totals(Tensor rows, Tensor codes) =>
        (Counts(codes, rows.dtype), zeros_like(rows.narrow(0, 0, 1)).expand(Count, Dimension).index_add(0, codes, rows, 1));

    private Tensor Counts(Tensor codes, ScalarType type) =>
        zeros([Count], type, codes.device).index_add(0, codes, ones([codes.shape[0]], type, codes.device), 1);
}
