using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>
/// The optimum of E_q log p(x | z) − λ KL(q || p) for the fixed model of <see cref="Ppca.Model"/>, whose directions are orthogonal with squares n_j:
/// q ∝ p(z) p(x | z)^(1/λ), so that s_j² = λ / (n_j/σ² + λ), m_j = w_jᵀ (x − μ)/σ² / (n_j/σ² + λ).
/// </summary>
internal static class Tempered
{
    /// <summary>A guide at the optimum.</summary>
    public static LinearGaussian.Guide Guide(LinearGaussian model, Tensor x, double weight)
    {
        var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(x));
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (slope, variance) = Factor(model, weight);
        Ppca.SetLinear(guide.z, slope, -slope.matmul(model.Decoder.bias!), 0.5 * variance.log());
        return guide;
    }

    /// <summary>The mean divergence and reconstruction of data at the optimum.</summary>
    public static (double Kl, double Reconstruction) Optimum(LinearGaussian model, Tensor x, double weight)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (slope, variance) = Factor(model, weight);
        var noise = (2 * model.LogNoise).exp();
        var centered = x - model.Decoder.bias!;
        var mean = centered.matmul(slope.t());
        var kl = 0.5 * (mean.square() + variance - variance.log() - 1).sum(1).mean().item<double>();
        var w = model.Decoder.weight!;
        var squares = (centered - mean.matmul(w.t())).square().sum(1).mean() + (w.square().sum([0]) * variance).sum();
        var d = x.shape[1];
        return (kl, ((-0.5 * squares / noise) - (0.5 * d * (noise.log() + Math.Log(2 * Math.PI)))).item<double>());
    }

    /// <summary>The multiplier whose optimum has a divergence, by bisection: the divergence falls with it.</summary>
    public static double Multiplier(LinearGaussian model, Tensor x, double divergence)
    {
        var (low, high) = (1e-6, 1e6);
        for (var i = 0; i < 200; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Optimum(model, x, middle).Kl > divergence) low = middle;
            else high = middle;
        }

        return low;
    }

    private static (Tensor Slope, Tensor Variance) Factor(LinearGaussian model, double weight)
    {
        var (w, noise) = (model.Decoder.weight!, (2 * model.LogNoise).exp());
        var precision = (w.square().sum([0]) / noise) + weight;
        return (w.t() / noise / precision.unsqueeze(1), weight / precision);
    }
}
