using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>y = x + β (x − z) / (α + |x − z|) for α &gt; 0 and β &gt; −α, so that it is one-to-one.</summary>
/// <remarks>
/// α = softplus(a), β = α (softplus(b + log(e − 1)) − 1), which is 0 at b = 0. With h = 1 / (α + r) at r = |x − z|, log |det| = (D − 1) log(1 + β h)
/// + log(1 + α β h²). The inverse is closed: r solves a quadratic. Source: Rezende and Mohamed 2015, arXiv:1505.05770. Parameters:
/// <c>numbers.free</c> holds z, a and b.
/// </remarks>
public sealed class Radial : Flow
{
    private static readonly double Unit = Math.Log(Math.E - 1);

    private readonly ContextParameters numbers;

    /// <summary>A flow with new weights, in the default type, near the identity.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="context">C, the numbers of a context, on which z, a and b depend linearly; 0 for none.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public Radial(long size, long context = 0) : base(nameof(Radial), size, context)
    {
        numbers = new(cat([randn(size) * 0.5, zeros(1), randn(1) * 0.1]), context);
        register_module("numbers", numbers);
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (centre, alpha, beta) = Read(context);
        var difference = x - centre;
        var radius = Radius(difference);
        return (x + (difference * (beta / (alpha + radius)).unsqueeze(-1)), LogVolume(radius, alpha, beta));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (centre, alpha, beta) = Read(context);
        var difference = y - centre;
        var outer = Radius(difference);

        // r² + (α + β − R) r − α R = 0: the root by the formula that does not cancel.
        var half = outer - alpha - beta;
        var root = (half.square() + (4 * alpha * outer)).sqrt();
        var isPositive = half.gt(0);
        var radius = where(isPositive, (half + root) / 2, 2 * alpha * outer / (root + half.abs()));
        return (centre + (difference / (1 + (beta / (alpha + radius))).unsqueeze(-1)), LogVolume(radius, alpha, beta));
    }

    // At the centre itself, where the length has no derivative, that of a tiny one.
    private static Tensor Radius(Tensor difference) => (difference.square().sum(-1) + finfo(difference.dtype).tiny).sqrt();

    private Tensor LogVolume(Tensor radius, Tensor alpha, Tensor beta)
    {
        var h = 1 / (alpha + radius);
        return ((Size - 1) * (beta * h).log1p()) + (alpha * beta * h.square()).log1p();
    }

    private (Tensor Centre, Tensor Alpha, Tensor Beta) Read(Tensor? context)
    {
        var all = numbers.Given(context);
        var alpha = all.select(-1, Size).softplus();
        return (all.narrow(-1, 0, Size), alpha, alpha * ((all.select(-1, Size + 1) + Unit).softplus() - 1));
    }
}
