using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of multinomial counts whose probabilities are a Dirichlet draw that is integrated out.</summary>
/// <remarks>
/// log p(x) = log n! − log (A)ₙ + Σ_c (log (a_c)_{x_c} − log x_c!) for counts x that sum to n = totalCount, else −∞, with A = Σ a, a = concentration
/// and (a)ₙ = a (a + 1) ... (a + n − 1). The last dimension is the C categories and one indivisible event. Computed in float64. Draws have the
/// concentration's dtype. Shape: that of totalCount and of the concentration without its last dimension, broadcast, then C.
/// </remarks>
[Family(Support.Counts)]
public sealed class DirichletMultinomial : ParametricFamily<DirichletMultinomial>
{
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.PositiveVector);
    private static readonly ParameterDeclaration TotalCountOf = new("totalCount", Constraint.NonNegativeInteger, 1);

    /// <summary>A Dirichlet-multinomial distribution.</summary>
    /// <param name="concentration">The categories' weights: [..., C], each &gt; 0.</param>
    /// <param name="totalCount">n, the number of trials: a whole number ≥ 0. Broadcasts with the concentration's rows; 1 when it is not
    /// given.</param>
    /// <exception cref="PplShapeException">The concentration has no dimension, or the shapes do not broadcast.</exception>
    public DirichletMultinomial(Tensor concentration, TensorOrScalar? totalCount = null)
        : base(Vector(concentration), TotalCountOf.Of(totalCount))
    {
    }

    /// <summary>The categories' weights, as given: [..., C].</summary>
    public Tensor Concentration => ParameterAt(0).Tensor!;

    /// <summary>n, the number of trials.</summary>
    public TensorOrScalar TotalCount => ParameterAt(1);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new CountsConstraint(TotalCount);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Trials * (Concentration / Concentration.sum(-1, keepdim: true)));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var total = Concentration.sum(-1, keepdim: true);
            var mean = Concentration / total;
            return Whole(Trials * mean * (1 - mean) * ((Trials + total) / (1 + total)));
        }
    }

    /// <inheritdoc/>
    protected override long[] EventShape => Concentration.shape[^1..];

    private Tensor Trials => TotalCount.AsTensor(Concentration).unsqueeze(-1);

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        var probs = GammaMath.LogDraw(ParameterAt(0).Wide(Like).expand(shape), generator).softmax(-1);
        return CountMath.DrawMultinomial(TotalCount.Wide(Like).expand(shape[..^1]), probs, generator).to(Concentration.dtype);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, isWhole) = CountMath.Counts(value.expand(full));
        var (a, n) = (ParameterAt(0).Wide(value), TotalCount.Wide(value));
        var isInside = isWhole.all(-1).logical_and(x.sum(-1).eq(n));
        var entries = (CountMath.LogRising(a, x) - CountMath.LogFactorial(x)).sum(-1);
        var density = entries + CountMath.LogFactorial(n) - CountMath.LogRising(a.sum(-1), n);
        return density.WhereInside(isInside, value, 1).to(GammaMath.ResultType(value, Like));
    }

    /// <summary>Not closed.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException("DirichletMultinomial has no entropy in closed form.");

    private static Parameter Vector(Tensor concentration)
    {
        ArgumentNullException.ThrowIfNull(concentration);
        return concentration.dim() > 0 ? ConcentrationOf.Of(concentration) : throw new PplShapeException(
            "DirichletMultinomial's concentration is a single number; its last dimension must be the categories.");
    }
}
