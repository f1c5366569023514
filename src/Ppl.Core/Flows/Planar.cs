using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>y = x + û tanh(wᵀx + b), with wᵀû &gt; −1, so that it is one-to-one.</summary>
/// <remarks>
/// û = u + (m(wᵀu) − wᵀu) w / |w|² with m(a) = softplus(a + log(e − 1)) − 1, which is 0 at 0. log |det| = log(1 + wᵀû (1 − tanh²)). The inverse
/// is a root along w, found to the precision of the numbers, with derivatives. Source: Rezende and Mohamed 2015, arXiv:1505.05770,
/// appendix A. Parameters: <c>numbers.free</c> holds u, w and b.
/// </remarks>
public sealed class Planar : Flow
{
    // softplus of it is 1.
    private static readonly double Unit = Math.Log(Math.E - 1);

    private readonly ContextParameters numbers;

    /// <summary>A flow with new weights, in the default type, near the identity.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="context">C, the numbers of a context, on which u, w and b depend linearly; 0 for none.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public Planar(long size, long context = 0) : base(nameof(Planar), size, context)
    {
        numbers = new(cat([randn(size) * 0.1, randn(size) / Math.Sqrt(size), zeros(1)]), context);
        register_module("numbers", numbers);
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (u, w, b, gain) = Read(context);
        var bent = ((x * w).sum(-1) + b).tanh();
        return (x + (u * bent.unsqueeze(-1)), LogVolume(bent, gain));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (u, w, b, gain) = Read(context);
        var along = MonotoneRoot.OfTanh((y * w).sum(-1), gain, ones_like(gain), b);
        var bent = (along + b).tanh();
        return (y - (u * bent.unsqueeze(-1)), LogVolume(bent, gain));
    }

    private static Tensor LogVolume(Tensor bent, Tensor gain) => (gain * (1 - bent.square())).log1p();

    private (Tensor U, Tensor W, Tensor B, Tensor Gain) Read(Tensor? context)
    {
        var all = numbers.Given(context);
        var (u, w, b) = (all.narrow(-1, 0, Size), all.narrow(-1, Size, Size), all.select(-1, 2 * Size));
        var along = (u * w).sum(-1);
        var gain = (along + Unit).softplus() - 1;
        var square = w.square().sum(-1).clamp_min(finfo(w.dtype).tiny);
        return (u + (w * ((gain - along) / square).unsqueeze(-1)), w, b, gain);
    }
}
