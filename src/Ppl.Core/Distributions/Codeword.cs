using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The uniform distribution over the K vectors of a table: the prior of a VQ-VAE's latents.</summary>
/// <remarks>
/// log p(e) = −log K for each vector e of the table, −∞ for others. A vector that stands in the table twice counts as one: the codes are what is
/// drawn. The last dimension, D numbers, is one indivisible event. A latent of this family has a <see cref="Quantized"/> guide, KL = log K.
/// Source: van den Oord, Vinyals and Kavukcuoglu 2017, arXiv:1711.00937, section 3.1.
/// </remarks>
[Family(Support.Codewords, Head = typeof(QuantizerHead))]
public sealed class Codeword : ParametricFamily<Codeword>
{
    private static readonly ParameterDeclaration VectorsOf = new("vectors", Constraint.RealMatrix);

    /// <summary>The uniform distribution over the vectors of a table.</summary>
    /// <param name="vectors">[K, D], finite.</param>
    /// <exception cref="PplShapeException">It is no matrix with rows.</exception>
    public Codeword(Tensor vectors) : base(VectorsOf.Of(vectors)) => RequireTable(vectors, nameof(Codeword));

    /// <summary>The uniform distribution over the vectors of a codebook, to which the guide rounds what its encoder says.</summary>
    /// <param name="codebook">The codebook, a field of the model.</param>
    public Codeword(Codebook codebook) : this((codebook ?? throw new ArgumentNullException(nameof(codebook))).Vectors) => Codebook = codebook;

    /// <summary>The codebook; null for a table of one's own.</summary>
    public Codebook? Codebook { get; }

    /// <summary>The table, [K, D].</summary>
    public Tensor Vectors => ParameterAt(0).Tensor!;

    /// <summary>K.</summary>
    public long Count => Vectors.shape[0];

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.RowOf(Vectors);

    /// <summary>The mean of the table.</summary>
    public override Tensor Mean => Whole(Vectors.mean([0]));

    /// <summary>The variance of each number over the table.</summary>
    public override Tensor Variance => Whole((Vectors - Vectors.mean([0])).square().mean([0]));

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport() =>
        Vectors.reshape([Count, .. Enumerable.Repeat(1L, BatchShape.Length), Vectors.shape[1]]);

    /// <inheritdoc/>
    protected override long[] EventShape => [Vectors.shape[1]];

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        var codes = randint(Count, shape[..^1], dtype: ScalarType.Int64, device: Vectors.device, generator: generator);
        return Vectors.index_select(0, codes.reshape(-1)).reshape(shape);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value)[..^1];
        var isInside = IsRow(value, Vectors);
        return zeros(isInside.shape, Vectors.dtype, Vectors.device).sub(Math.Log(Count)).WhereInside(isInside, value, 1).expand(full);
    }

    /// <summary>log K.</summary>
    public override Tensor Entropy() => WholeBatch(Math.Log(Count));

    /// <summary>Whether vectors are rows of a table: [...] of [..., D].</summary>
    internal static Tensor IsRow(Tensor values, Tensor table)
    {
        using var grad = no_grad();
        var real = values.to(table.dtype);
        var nearest = table.index_select(0, Codebook.Nearest(real, table).reshape(-1)).reshape(values.shape);
        return nearest.eq(real).all(-1);
    }

    internal static void RequireTable(Tensor vectors, string family)
    {
        if (vectors.dim() == 2 && vectors.shape[0] > 0) return;
        throw new PplShapeException($"{family} needs vectors (K, D) with K at least 1; found {ShapeText.Of(vectors.shape)}.");
    }
}
