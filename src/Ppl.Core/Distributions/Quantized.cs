using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The vector of a table that is nearest to a location, for certain: the guide of a <see cref="Codeword"/>.</summary>
/// <remarks>
/// q(e) = 1 for e = argminᵢ |location − eᵢ|. A draw is e + location − location', where the last is without gradient: its value is e exactly, its
/// gradient that of the location (straight-through), and the table gets none; what the table learns from is
/// <c>Objective.VectorQuantized</c>. The last dimension is one event. Source: van den Oord et al. 2017, arXiv:1711.00937, equations 1 to 3.
/// </remarks>
[Family(Support.Codewords, Reparameterized = true, Head = typeof(QuantizerHead))]
public sealed class Quantized : ParametricFamily<Quantized>
{
    private static readonly ParameterDeclaration LocationOf = new("location", Constraint.RealVector);
    private static readonly ParameterDeclaration VectorsOf = new("vectors", Constraint.RealMatrix);

    /// <summary>The nearest vector of a table.</summary>
    /// <param name="location">What is rounded: [..., D], finite.</param>
    /// <param name="vectors">The table: [K, D], finite.</param>
    /// <exception cref="PplShapeException">The shapes do not agree.</exception>
    public Quantized(Tensor location, Tensor vectors) : base(LocationOf.Of(location), VectorsOf.Of(vectors))
    {
        Codeword.RequireTable(vectors, nameof(Quantized));
        if (location.dim() > 0 && location.shape[^1] == vectors.shape[1]) return;
        throw new PplShapeException(
            $"Quantized needs location (..., D) and vectors (K, D); found {ShapeText.Of(location.shape)} and {ShapeText.Of(vectors.shape)}.");
    }

    /// <summary>What is rounded: [..., D].</summary>
    public Tensor Location => ParameterAt(0).Tensor!;

    /// <summary>The table: [K, D].</summary>
    public Tensor Vectors => ParameterAt(1).Tensor!;

    /// <summary>The numbers of the nearest vectors: the shape without the last dimension, int64.</summary>
    public Tensor Codes => Codebook.Nearest(Location, Vectors).expand(BatchShape.ToArray());

    /// <summary>The nearest vectors, with the table's gradient and none of the location.</summary>
    public Tensor Nearest => Vectors.index_select(0, Codebook.Nearest(Location, Vectors).reshape(-1)).reshape(Location.shape);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.RowOf(Vectors);

    /// <summary>The nearest vector.</summary>
    public override Tensor Mean => Whole(Nearest);

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <summary>0.</summary>
    public override Tensor Variance => Whole(zeros_like(Location));

    /// <inheritdoc/>
    protected override long[] EventShape => [Vectors.shape[1]];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) =>
        (Nearest.detach() + (Location - Location.detach())).expand(DrawShape(sampleShape)).clone();

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value)[..^1];
        var isThere = value.eq(Nearest.detach()).all(-1);
        return zeros(isThere.shape, Vectors.dtype, Vectors.device).WhereInside(isThere, value, 1).expand(full);
    }

    /// <summary>0: the vector is certain.</summary>
    public override Tensor Entropy() => WholeBatch(0);
}
