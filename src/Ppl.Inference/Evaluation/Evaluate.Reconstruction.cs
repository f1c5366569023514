using Ppl.Contracts;
using Ppl.Data;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>Reconstruction errors.</content>
public static partial class Evaluate
{
    /// <summary>The squared error and the log likelihood of data given draws of their latents.</summary>
    /// <remarks>Entries that a mask takes out (<c>where:</c>) count in neither.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data.</param>
    /// <param name="samples">Draws of q(z | x) for each datum, at least 1.</param>
    /// <param name="site">The observed site, which stands in the rows; the first such one when null.</param>
    /// <param name="options">Seed and memory.</param>
    /// <exception cref="PplArgumentException">There is no such site in the rows of data.</exception>
    public static ReconstructionError ReconstructionError(
        GenerativeModel model, Guide guide, Dataset data, int samples = 1, string? site = null, EvaluationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        using var pass = new EvaluationPass(model, guide, data, options ?? new());
        var name = site ?? guide.Plan.Observed.FirstOrDefault(observed => observed.IsLocal)?.Variable;
        List<double> likelihoods = [], errors = [];
        var hasMean = true;
        foreach (var rows in pass.Batches(pass.RowsWithin(samples)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var batch = pass.Load(rows);
            var draws = GuidedPass.Draw(guide, batch, samples, ParticleScope.Local);
            var terms = GuidedPass.Run(guide, batch, samples, () => guide.Terms(draws, TermForm.Sampled));
            var own = terms.Where(term => term.Site.Kind == SiteKind.Observed && term.Site.IsLocal && term.Site.Variable == name).ToList();
            if (own.Count == 0)
            {
                var known = guide.Plan.Observed.Where(observed => observed.IsLocal).Select(observed => observed.Variable).Distinct();
                throw new PplArgumentException(
                    $"there is no such observed site in the rows; {guide.Plan.Model} has {string.Join(", ", known)}.", site);
            }

            likelihoods.AddRange(Numbers.Of(Each(own.Select(term => term.LogP!))));
            hasMean &= own.TrueForAll(term => HasMean(term.Model!));
            if (hasMean) errors.AddRange(Numbers.Of(Each(own.Select(term => SquaredError(term, draws.Masks.Of(term.Site))))));
        }

        return new ReconstructionError(name!, likelihoods, hasMean ? errors : null, samples);
    }

    /// <summary>Terms of [K, B, further plates] summed over all but K and B, and averaged over K.</summary>
    private static Tensor Each(IEnumerable<Tensor> terms) =>
        terms.Select(term => EventSum.SumLast(term, (int)term.dim() - 2).mean([0])).Aggregate((sum, term) => sum + term);

    private static bool HasMean(Distributions.Distribution distribution)
    {
        try
        {
            return distribution.Mean is not null;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>‖x − E[x | z]‖² for each element of the plates: [K, plates].</summary>
    private static Tensor SquaredError(SiteTerm term, Tensor? mask)
    {
        var rows = term.Layout.Rows(term.Site.Plates[0]);
        var (value, mean) = (term.Value!, term.Model!.Mean);
        var unfolded = value.shape[0] == rows.Total ? rows.Unfold(value) : value.unsqueeze(0);
        if (!term.Site.IsPlated) mean = mean.expand(value.shape);
        var predicted = mean.shape[0] == rows.Total ? rows.Unfold(mean) : mean.unsqueeze(0);
        var error = EventSum.SumLast((unfolded - predicted).square(), (int)unfolded.dim() - 1 - term.Site.Plates.Count);
        return mask is null ? error : DataMask.Keep(error, mask);
    }
}
