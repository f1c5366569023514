using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>
/// Normal noise on what a discriminator sees while it is trained, which fades to none (Sønderby et al. 2017, arXiv:1610.04490): codes and prior that
/// do not touch overlap at first, so that the discriminator's slope tells where the other parts of the prior are.
/// </summary>
public sealed class FadingNoise : Module<Tensor, Tensor>
{
    private readonly double scale;
    private readonly double calls;

    // With the module's other numbers it is saved, so that a fit that goes on has the noise that it would have had.
    private readonly Tensor seen = zeros(1);

    /// <summary>Noise that begins now.</summary>
    /// <param name="scale">Its standard deviation at first, at least 0.</param>
    /// <param name="calls">Calls in training after which there is none, at least 1.</param>
    public FadingNoise(double scale, long calls) : base(nameof(FadingNoise))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        (this.scale, this.calls) = (scale, calls);
        RegisterComponents();
    }

    /// <summary>The codes, with noise in training.</summary>
    /// <param name="input">[n, d].</param>
    public override Tensor forward(Tensor input)
    {
        if (!training) return input;
        var left = (1 - (seen / calls)).clamp_min(0);
        using (no_grad()) seen.add_(1);
        return input + (scale * left * randn_like(input));
    }
}
