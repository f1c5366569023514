using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The bound of a VAE with a fixed variance, written by hand as squared error and regularizer, at the draws of the engine.</summary>
public static class SquaredError
{
    /// <summary>
    /// The largest distance between the ELBO of a datum and −‖x − m(z)‖² / 2σ² − (D/2) log 2πσ² − ½ Σ (μ² + s² − 1 − log s²), relative to the ELBO.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="x">Data, [n, D].</param>
    /// <param name="scale">The model's σ.</param>
    /// <param name="seed">The seed of the draws.</param>
    public static double DistanceFromBound(FixedVarianceVae model, FixedVarianceVae.Guide guide, Tensor x, double scale, long seed)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var batch = guide.Batch(x);
        manual_seed(seed);
        using var result = Objective.Elbo().Evaluate(guide, batch);
        manual_seed(seed);
        var z = guide.Draw(batch, 1).Latents[0];
        var q = guide.z.Encode(x);
        var error = (x - model.Predict(new(z)).x.Mean).square().sum([1]) / (2 * scale * scale);
        var constant = 0.5 * x.shape[1] * Math.Log(2 * Math.PI * scale * scale);
        var regularizer = 0.5 * (q.Mean.square() + q.Variance - 1 - q.Variance.log()).sum([1]);
        var byHand = -error - constant - regularizer;
        return ((byHand - result.PerDatum).abs() / result.PerDatum.abs()).max().to(float64).item<double>();
    }
}
