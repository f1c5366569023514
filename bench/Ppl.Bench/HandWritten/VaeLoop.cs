using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Bench.HandWritten;

/// <summary>The VAE of the classic lecture experiment: 784 - hidden - latents - hidden - 784, ReLU, KL in closed form.</summary>
internal sealed class VaeLoop : Module<Tensor, Tensor>
{
    private readonly Linear encoder;
    private readonly Linear mean;
    private readonly Linear logVariance;
    private readonly Linear decoderHidden;
    private readonly Linear decoderOutput;

    public VaeLoop(int latents = 20, int hidden = 400, int pixels = 784)
        : base(nameof(VaeLoop))
    {
        encoder = Linear(pixels, hidden);
        mean = Linear(hidden, latents);
        logVariance = Linear(hidden, latents);
        decoderHidden = Linear(latents, hidden);
        decoderOutput = Linear(hidden, pixels);
        RegisterComponents();
    }

    /// <summary>The loss of a batch: minus the bound, the mean over the rows.</summary>
    public override Tensor forward(Tensor x)
    {
        var h = functional.relu(encoder.call(x));
        var mu = mean.call(h);
        var logvar = logVariance.call(h);
        var z = mu + randn_like(mu) * (logvar * 0.5).exp();
        var logits = decoderOutput.call(functional.relu(decoderHidden.call(z)));
        var reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction: Reduction.Sum);
        var kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum();
        return (reconstruction + kl) / x.shape[0];
    }
}
