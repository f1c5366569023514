using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>How far rounding alone may move a log-density.</summary>
internal static class Rounding
{
    // What is computed after each of many layers was rounded, to what is computed after the first numbers alone were.
    private const double Factor = 64;

    // Every number up; every other one; every third one: sums of errors of one sign, and of both.
    private static readonly int[] Periods = [1, 2, 3];

    /// <summary>
    /// Moves the last digits of parameters, data and latents, and sees how far a site's log-density goes. A feature that hardly varies and is divided
    /// by its deviation, as batch normalization does, can bring these digits to the front.
    /// </summary>
    /// <param name="guide">The guide with its model.</param>
    /// <param name="batch">A few rows.</param>
    /// <param name="latents">Values of the latents.</param>
    /// <param name="terms">The terms there.</param>
    /// <param name="site">The site's term among them.</param>
    public static double Of(Guide guide, Batch batch, IReadOnlyList<Tensor> latents, SiteTerms terms, SiteTerm site)
    {
        var index = terms.ToList().IndexOf(site);
        Tensor[] parameters = [.. ((nn.Module)guide.Model).parameters()];
        var before = Array.ConvertAll(parameters, parameter => parameter.clone());
        var most = 0.0;
        try
        {
            foreach (var period in Periods)
            {
                foreach (var (parameter, value) in parameters.Zip(before)) parameter.copy_(Nudged(value, period));
                var draws = GuidedPass.Draw(guide, batch.With([.. batch.Tensors.Select(t => Nudged(t, period))]), 1);
                var moved = guide.Terms(guide.Condition(draws, [.. latents.Select(z => Nudged(z, period))]), TermForm.Sampled).ElementAt(index);
                var distance = (moved.LogP! - site.LogP!).abs().nan_to_num(0).max();
                most = Math.Max(most, distance.to(ScalarType.Float64).ToDouble());
            }
        }
        finally
        {
            foreach (var (parameter, value) in parameters.Zip(before)) parameter.copy_(value);
        }

        return Factor * most;
    }

    /// <summary>Every so manieth number becomes larger by its last digit, the others smaller.</summary>
    private static Tensor Nudged(Tensor values, int period)
    {
        if (!values.is_floating_point()) return values;
        var isUp = arange(values.numel(), device: values.device).remainder(period).eq(0).reshape(values.shape);
        var digit = values.abs() * finfo(values.dtype).eps;
        return where(isUp, values + digit, values - digit);
    }
}
