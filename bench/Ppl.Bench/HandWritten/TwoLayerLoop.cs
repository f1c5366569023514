using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Bench.HandWritten;

/// <summary>The two-layer model of Burda et al. (2016): x - 200 - 200 - h1 (100) - 100 - 100 - h2 (50) and back, tanh, k samples.</summary>
internal sealed class TwoLayerLoop : Module<Tensor, Tensor>
{
    private readonly int particles;
    private readonly Sequential encoder1;
    private readonly Linear encoderMean1;
    private readonly Linear encoderLogScale1;
    private readonly Sequential encoder2;
    private readonly Linear encoderMean2;
    private readonly Linear encoderLogScale2;
    private readonly Sequential decoder1;
    private readonly Linear decoderMean1;
    private readonly Linear decoderLogScale1;
    private readonly Sequential decoder;

    public TwoLayerLoop(int particles, int top = 50, int bottom = 100, int topHidden = 100, int bottomHidden = 200, int pixels = 784)
        : base(nameof(TwoLayerLoop))
    {
        this.particles = particles;
        encoder1 = Sequential(Linear(pixels, bottomHidden), Tanh(), Linear(bottomHidden, bottomHidden), Tanh());
        encoderMean1 = Linear(bottomHidden, bottom);
        encoderLogScale1 = Linear(bottomHidden, bottom);
        encoder2 = Sequential(Linear(bottom, topHidden), Tanh(), Linear(topHidden, topHidden), Tanh());
        encoderMean2 = Linear(topHidden, top);
        encoderLogScale2 = Linear(topHidden, top);
        decoder1 = Sequential(Linear(top, topHidden), Tanh(), Linear(topHidden, topHidden), Tanh());
        decoderMean1 = Linear(topHidden, bottom);
        decoderLogScale1 = Linear(topHidden, bottom);
        decoder = Sequential(
            Linear(bottom, bottomHidden), Tanh(), Linear(bottomHidden, bottomHidden), Tanh(), Linear(bottomHidden, pixels));
        RegisterComponents();
    }

    /// <summary>The loss of a batch: minus the bound, the mean over the rows.</summary>
    public override Tensor forward(Tensor x)
    {
        var features1 = encoder1.call(x);
        var (mu1, sigma1) = (encoderMean1.call(features1), encoderLogScale1.call(features1).exp());
        var h1 = mu1 + sigma1 * randn(particles, mu1.shape[0], mu1.shape[1]);

        var features2 = encoder2.call(h1);
        var (mu2, sigma2) = (encoderMean2.call(features2), encoderLogScale2.call(features2).exp());
        var h2 = mu2 + sigma2 * randn_like(mu2);

        var hidden = decoder1.call(h2);
        var (priorMean1, priorScale1) = (decoderMean1.call(hidden), decoderLogScale1.call(hidden).exp());
        var logits = decoder.call(h1);

        var logQ = Gaussian.LogDensity(h1, mu1, sigma1).sum(-1) + Gaussian.LogDensity(h2, mu2, sigma2).sum(-1);
        var logPrior = Gaussian.LogDensity(h1, priorMean1, priorScale1).sum(-1) + Gaussian.StandardLogDensity(h2).sum(-1);
        var likelihood = -functional.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction: Reduction.None).sum(-1);
        var logWeights = likelihood + logPrior - logQ;
        return -(logWeights.logsumexp(0) - Math.Log(particles)).mean();
    }
}
