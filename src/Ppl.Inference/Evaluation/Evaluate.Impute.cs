using Ppl.Contracts;
using Ppl.Data;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>Missing data.</content>
public static partial class Evaluate
{
    /// <summary>The missing entries of data given the observed ones, by importance sampling from the guide.</summary>
    /// <remarks>
    /// E[x_miss | x_obs] ≈ Σ_k w̃_k E[x_miss | z_k] with z_k ~ q(z | x_obs) and w̃_k ∝ p(x_obs, z_k) / q(z_k | x_obs), which add up to 1: exact as
    /// the samples grow, whatever the guide. Draws of p(x_miss | x_obs) are taken by drawing particles by their weights, and x_miss given each.
    /// Source: Mattei and Frellsen 2019, arXiv:1812.02633 (MIWAE). The bound to train with is <see cref="Objective.Iwae"/> or
    /// <see cref="Objective.Elbo"/> of a model whose <c>Observe</c> has <c>where:</c>. It assumes that whether an entry is missing tells nothing of
    /// its value, given what is observed.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data, with anything in the place of what is missing.</param>
    /// <param name="samples">K ≥ 1.</param>
    /// <param name="draws">Draws of what is missing, for multiple imputation, at least 0.</param>
    /// <param name="site">An observed site with a mask; the first one when null.</param>
    /// <param name="options">Seed and memory.</param>
    /// <returns>The data with their missing entries filled; what is observed stays as it is.</returns>
    /// <exception cref="PplArgumentException">
    /// Rows are not independent; there is no such site, it has no mask, it is observed slice by slice, or its family has no mean in closed form.
    /// </exception>
    /// <exception cref="NonFiniteException">A conditional mean is NaN or infinite.</exception>
    public static Imputation Impute(
        GenerativeModel model,
        Guide guide,
        Dataset data,
        int samples = 1000,
        int draws = 0,
        string? site = null,
        EvaluationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(draws);
        RequirePerDatum(guide, samples, "weight");
        var name = MaskedSite(guide.Plan, site);
        options ??= new EvaluationOptions();
        using var pass = new EvaluationPass(model, guide, data, options, Objective.Iwae(samples));
        var chunk = (int)Math.Min(samples, pass.MaxRows);
        List<Tensor> means = [], drawn = [];
        var sizes = new List<double>(data.Count);
        foreach (var rows in pass.Batches(pass.RowsWithin(chunk)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            using var moments = new ConditionalMoments(draws);
            var batch = pass.Load(rows);
            for (var left = samples; left > 0; left -= chunk)
            {
                using var inner = NewDisposeScope();
                Add(moments, guide, batch, Math.Min(chunk, left), name, draws > 0);
                options.Cancellation.ThrowIfCancellationRequested();
            }

            var (values, mask) = (batch[name]!, MaskOf(guide, batch, name));
            RequireFinite(moments.Mean, mask, name, rows);
            means.Add(Filled(values, mask, moments.Mean).MoveToOuterDisposeScope());
            if (moments.Draws is { } kept) drawn.Add(Filled(values, mask, kept).MoveToOuterDisposeScope());
            sizes.AddRange(moments.EffectiveSampleSize());
        }

        return new Imputation(
            name, cat(means, 0).MoveToOuterDisposeScope(), draws > 0 ? cat(drawn, 1).MoveToOuterDisposeScope() : null, sizes, samples);
    }

    private static string MaskedSite(ModelPlan plan, string? site)
    {
        var known = plan.Observed.Where(observed => observed.MaskText is not null).Select(observed => observed.Variable).Distinct().ToList();
        if (known.Count == 0) throw new PplArgumentException($"{plan.Model} has no data that may be missing: no Observe has where:.", site);
        var name = site ?? known[0];
        if (!known.Contains(name))
            throw new PplArgumentException($"there is no such observed site with where:; {plan.Model} has {string.Join(", ", known)}.", site);
        if (plan.Observed.Any(observed => observed.Variable == name && observed.SliceDimension is not null))
            throw new PplArgumentException("it is observed slice by slice, and later slices may read what is missing of earlier ones.", name);
        return name;
    }

    /// <summary>Some particles of a batch: their weights, and what the model says of the site given each.</summary>
    private static void Add(ConditionalMoments moments, Guide guide, Batch batch, int particles, string name, bool draws)
    {
        var drawn = GuidedPass.Draw(guide, batch, particles, ParticleScope.Local);
        var terms = GuidedPass.Run(guide, batch, particles, () => guide.Terms(drawn, TermForm.Sampled));
        var own = terms.Single(term => term.Site.Kind == SiteKind.Observed && term.Site.Variable == name);
        if (!HasMean(own.Model!))
            throw new PplArgumentException($"{own.Model!.Name} has no mean in closed form: what is missing has no conditional mean.", name);
        var (distribution, rows) = (own.Model!, own.Layout.Rows(own.Site.Plates[0]));
        var shape = batch[name]!.shape;
        var follows = own.Site.IsPlated && distribution.Shape[0] == rows.Total;
        long[] full = [follows ? rows.Total : rows.Count, .. shape[1..]];
        var mean = Particles(distribution.Mean.expand(full));
        var values = draws ? Particles(distribution.Expand(full[..^distribution.EventDimensions]).Sample().to(batch[name]!.dtype)) : null;
        moments.Add(LogWeight.Of(terms).expand(particles, rows.Count), mean, values);

        Tensor Particles(Tensor folded) =>
            follows ? rows.Unfold(folded) : folded.unsqueeze(0).expand([particles, .. full]);
    }

    private static Tensor MaskOf(Guide guide, Batch batch, string name) =>
        guide.MasksOf(batch).Of(guide.Plan.Observed.First(observed => observed.Variable == name && observed.MaskText is not null))!;

    // A mean of counts is no count: the result has the filler's type.
    private static Tensor Filled(Tensor values, Tensor mask, Tensor filler) =>
        where(DataMask.Over(mask.logical_not(), values), filler, values.to(filler.dtype));

    private static void RequireFinite(Tensor mean, Tensor mask, string name, Minibatch rows)
    {
        const string Rule = "a conditional mean must be finite: no draw of the guide has a weight, or the family has no mean here";
        if (ValueCheck.Finite(mean.masked_fill(DataMask.Over(mask, mean), 0), "conditional mean", Rule) is not { } fault) return;
        throw (fault with { Index = [rows.Rows.Span[(int)fault.Index[0]], .. fault.Index.Skip(1)] }).ToException(name);
    }
}
