using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Dirichlet distribution on the simplex of K entries.</summary>
/// <remarks>
/// log p(x) = Σᵢ (aᵢ − 1) log xᵢ + log Γ(Σᵢ aᵢ) − Σᵢ log Γ(aᵢ), a density over the first K − 1 entries. The last dimension is one indivisible
/// event. A draw normalizes K gamma draws, computed from their logarithms, with the gradient of implicit reparameterization: Figurnov, Mohamed
/// and Mnih (2018), arXiv:1805.08498; its entries are positive. Densities are computed in float64; at a corner where an entry alone would have the
/// density 0 and another an infinite one there is no limit, and the log-density is NaN.
/// </remarks>
[Family(Support.Simplex, Reparameterized = true)]
public sealed class Dirichlet : ParametricFamily<Dirichlet>
{
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.PositiveVector);

    /// <summary>A Dirichlet distribution.</summary>
    /// <param name="concentration">The entries' weights: [..., K], each &gt; 0.</param>
    /// <exception cref="PplShapeException">The parameter has no dimension.</exception>
    public Dirichlet(Tensor concentration) : base(Vector(concentration))
    {
    }

    /// <summary>The entries' weights, as given: [..., K].</summary>
    public Tensor Concentration => ParameterAt(0).Tensor!;

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Concentration / Concentration.sum(-1, keepdim: true));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var total = Concentration.sum(-1, keepdim: true);
            var mean = Concentration / total;
            return Whole(mean * (1 - mean) / (total + 1));
        }
    }

    /// <summary>(aᵢ − 1) / (Σ a − K) where every weight exceeds 1, and NaN elsewhere.</summary>
    public override Tensor Mode
    {
        get
        {
            var excess = Concentration - 1;
            var mode = excess / excess.sum(-1, keepdim: true);
            return Whole(where(excess.gt(0).all(-1, keepdim: true), mode, full_like(mode, double.NaN)));
        }
    }

    /// <inheritdoc/>
    protected override long[] EventShape => Concentration.shape[^1..];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var logs = GammaMath.LogDraw(Concentration.expand(DrawShape(sampleShape)), generator);
        return logs.softmax(-1).clamp_min(finfo(logs.dtype).tiny);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 1);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var (wide, a) = (value.to(ScalarType.Float64), ParameterAt(0).Wide(value));
        var density = DensityMath.PowerLog(a - 1, wide.Or(wide.ge(0))).expand(full).sum(-1) - LogNormalizer(a);
        return density.WhereInside(Constraint.Simplex.ContainsEvents(value)!.expand(full[..^1]), value, 1).to(GammaMath.ResultType(value, Like));
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var a = ParameterAt(0).Wide(Like);
        var total = a.sum(-1);
        var entropy = LogNormalizer(a) + (total - a.shape[^1]) * total.digamma() - ((a - 1) * a.digamma()).sum(-1);
        return WholeBatch(entropy.to(Concentration.dtype));
    }

    /// <summary>Σᵢ log Γ(aᵢ) − log Γ(Σᵢ aᵢ).</summary>
    internal static Tensor LogNormalizer(Tensor concentration) => concentration.lgamma().sum(-1) - concentration.sum(-1).lgamma();

    private static Parameter Vector(Tensor concentration)
    {
        ArgumentNullException.ThrowIfNull(concentration);
        return concentration.dim() > 0 ? ConcentrationOf.Of(concentration) : throw new PplShapeException(
            "Dirichlet's concentration is a single number; its last dimension must be the entries.");
    }
}
