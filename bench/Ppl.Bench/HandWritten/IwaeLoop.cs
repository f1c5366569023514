using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Bench.HandWritten;

/// <summary>The one-layer model of Burda et al. (2016), 784 - 200 - 200 - 50, tanh, under the importance weighted bound with k samples.</summary>
internal sealed class IwaeLoop : Module<Tensor, Tensor>
{
    private readonly int particles;
    private readonly Sequential encoder;
    private readonly Linear mean;
    private readonly Linear logScale;
    private readonly Sequential decoder;

    public IwaeLoop(int particles, int latents = 50, int hidden = 200, int pixels = 784)
        : base(nameof(IwaeLoop))
    {
        this.particles = particles;
        encoder = Sequential(Linear(pixels, hidden), Tanh(), Linear(hidden, hidden), Tanh());
        mean = Linear(hidden, latents);
        logScale = Linear(hidden, latents);
        decoder = Sequential(Linear(latents, hidden), Tanh(), Linear(hidden, hidden), Tanh(), Linear(hidden, pixels));
        RegisterComponents();
    }

    /// <summary>The loss of a batch: minus the bound, the mean over the rows.</summary>
    public override Tensor forward(Tensor x)
    {
        var features = encoder.call(x);
        var (mu, logSigma) = (mean.call(features), logScale.call(features));
        var sigma = logSigma.exp();
        var h = mu + sigma * randn(particles, mu.shape[0], mu.shape[1]);
        var logits = decoder.call(h);

        var logQ = Gaussian.LogDensity(h, mu, sigma).sum(-1);
        var logPrior = Gaussian.StandardLogDensity(h).sum(-1);
        var likelihood = -functional.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction: Reduction.None).sum(-1);
        var logWeights = likelihood + logPrior - logQ;
        return -(logWeights.logsumexp(0) - Math.Log(particles)).mean();
    }
}
