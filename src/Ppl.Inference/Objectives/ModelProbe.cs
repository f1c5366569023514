using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Finds by trying what the compiler cannot see in code that a model calls: values changed in place, noise that is no site, numbers of rows that
/// a density follows, and priors that depend on a latent by a way that the model's text does not show. Each would train without a word, to
/// another model than the one that is written. Modules are in evaluation mode, so that no noise of theirs stands between two computations.
/// </summary>
internal static class ModelProbe
{
    /// <param name="guide">The guide, prepared, with its model.</param>
    /// <param name="batch">A few rows.</param>
    /// <exception cref="PplArgumentException">The message names the site, what was found, and the usual cause.</exception>
    public static void Run(Guide guide, Batch batch)
    {
        using var mode = new EvaluationMode((nn.Module)guide.Model, guide);
        var copy = batch.With([.. batch.Tensors.Select(t => t.clone())]);
        var draws = GuidedPass.Draw(guide, copy, 1);
        var terms = Unchanged(guide, batch, copy, draws, draws.Latents);
        _ = Unchanged(guide, batch, copy, draws, Mirrored(guide, draws.Latents, terms));
        RefuseNoise(terms, At(draws, draws.Latents, TermForm.Sampled));

        // Draws remember what they were made of, which rounding may have cut off of their values; copies of rows do not.
        var latents = draws.Latents.Select(z => z.clone()).ToList();
        var ofCopies = At(draws, latents, TermForm.Sampled);
        RefuseRowCounts(guide, copy, latents, ofCopies);
        RefuseMixedRows(guide, copy, latents, ofCopies);
        RefuseHiddenParents(guide, draws);
    }

    /// <summary>Parameters lie in their domains: outside of them a density may be finite, and nothing else would stop.</summary>
    /// <param name="guide">The guide, prepared, with its model.</param>
    /// <param name="batch">Some rows.</param>
    /// <exception cref="PplArgumentException">One does not: the site, the rule, the first bad index and value.</exception>
    public static void Parameters(Guide guide, Batch batch)
    {
        using var mode = new EvaluationMode((nn.Module)guide.Model, guide);
        var draws = GuidedPass.Draw(guide, batch, 1);
        At(draws, draws.Latents, TermForm.Sampled).DiagnoseParameters();
    }

    /// <summary>A density is a function of its values: computing it must leave them as they are.</summary>
    private static SiteTerms Unchanged(Guide guide, Batch batch, Batch copy, Draws draws, IReadOnlyList<Tensor> after)
    {
        var before = after.Select(z => z.clone()).ToList();
        var terms = At(draws, after, TermForm.Sampled);
        var inputs = batch.Plan.Inputs.Select((input, i) => (input.Name, Before: batch[i], After: copy[i]));
        var latents = guide.LatentNames.Select((name, i) => (Name: name, Before: before[i], After: after[i]));
        foreach (var (name, old, now) in inputs.Concat(latents))
        {
            if (old.shape.SequenceEqual(now.shape) && Values.Same(old, now, tolerance: 0)) continue;
            throw new PplArgumentException(
                $"{guide.Plan.Model}.{guide.Plan.Method} changes its value in place while it runs, in a method that it calls or in a module "
                + "with 'inplace: true', so that the density is that of another value. Compute a new tensor instead.",
                name);
        }

        return terms;
    }

    /// <summary>Real latents with the other sign: a few draws may all be of the sign that a ReLU in place keeps as it is.</summary>
    private static List<Tensor> Mirrored(Guide guide, IReadOnlyList<Tensor> latents, SiteTerms terms)
    {
        var real = terms.Where(t => t.Model?.ValueConstraint is RealConstraint).Select(t => t.Site.Name).ToHashSet(StringComparer.Ordinal);
        var names = guide.LatentNames;
        return [.. latents.Select((z, i) => real.Contains(names[i]) ? -z : z)];
    }

    /// <summary>The model's densities are computed twice at the same values, and must be the same ones.</summary>
    private static void RefuseNoise(SiteTerms first, SiteTerms second)
    {
        foreach (var (one, other) in first.Zip(second))
        {
            if (Values.Same(one.LogP, other.LogP, Values.Tolerance)) continue;
            throw new PplArgumentException(
                "its density differs from one computation to the next at the same values, with all modules in evaluation mode: a method that "
                + "the model calls draws random numbers that are no site, or reads memory that nothing has set. Draw them by "
                + "'var e = Sample(...);', or leave noise of a network to modules such as Dropout, which evaluation mode stops.",
                one.Site.Name);
        }
    }

    /// <summary>Two particles with the same draws are two copies of one: each term is as it is alone.</summary>
    private static void RefuseRowCounts(Guide guide, Batch batch, List<Tensor> copies, SiteTerms terms)
    {
        var sites = guide.LatentSites;
        if (!guide.Plan.Latents.Any(site => site.IsLocal)) return;
        var both = GuidedPass.Draw(guide, batch, 2, ParticleScope.Local);
        if (both.Parts.Count > 1) return;
        var two = guide.Condition(both, [.. copies.Select((z, i) => sites[i].IsLocal ? cat([z, z]) : z)]);
        foreach (var (one, several) in terms.Zip(guide.Terms(two, TermForm.Sampled)))
        {
            if (one.LogP is null || several.LogP is null || Values.Same(one.LogP, several.LogP, Values.Tolerance)) continue;

            // A matrix product sums in another order for another number of rows, and there are networks that make much of the last digits.
            var rounding = Rounding.Of(guide, batch, copies, terms, one);
            if (Values.Same(one.LogP, several.LogP, Values.Tolerance, rounding)) continue;
            throw new PplArgumentException(
                "its density changes with the number of particles, although their values are the same: the model computes with a number of rows, "
                + "such as 'shape[0]' of data or of a draw, which is the rows times the particles. Give a number that stays the same, from a "
                + "field or as a parameter outside the plate.",
                one.Site.Name);
        }
    }

    /// <summary>
    /// One row of a plate, its data and its latents, becomes a copy of another: no term but its own may move, since a mini-batch has other rows
    /// beside each. So for the first row and for the last one.
    /// </summary>
    private static void RefuseMixedRows(Guide guide, Batch batch, List<Tensor> copies, SiteTerms terms)
    {
        // Who keeps the statistics of each batch instead of running ones has asked for rows together.
        if (((nn.Module)guide.Model).modules().Any(module => module is TorchSharp.Modules.BatchNorm && !module.buffers().Any())) return;
        foreach (var plate in guide.Plan.RowsPlates.Where(plate => batch.Size(plate) > 1))
        {
            bool Within(IReadOnlyList<PlateInfo> plates) => plates.Count > 0 && plates[0].Index == plate.Index;
            var (inputs, sites, last) = (guide.Plan.Inputs, guide.LatentSites, batch.Size(plate) - 1);
            foreach (var isFirst in new[] { true, false })
            {
                Tensor Moved(Tensor rows) => isFirst ? cat([rows.narrow(0, last, 1), rows.narrow(0, 1, last)])
                    : cat([rows.narrow(0, 0, last), rows.narrow(0, 0, 1)]);
                var other = batch.With([.. batch.Tensors.Select((t, i) => Within(inputs[i].Plates) ? Moved(t) : t)]);
                var latents = copies.Select((z, i) => Within(sites[i].Plates) ? Moved(z) : z).ToList();
                foreach (var (before, after) in terms.Zip(At(GuidedPass.Draw(guide, other, 1), latents, TermForm.Sampled)))
                {
                    var isWithin = Within(before.Site.Plates);
                    Tensor? Others(Tensor? logP) => isWithin ? logP?.narrow(1, isFirst ? 1 : 0, last) : logP;
                    if (!Values.Same(Others(before.LogP), Others(after.LogP), Values.Tolerance)) throw Mixed(before.Site, plate, isWithin);
                }
            }
        }
    }

    private static PplArgumentException Mixed(SiteInfo site, PlateInfo plate, bool isWithin) => new(
        (isWithin ? $"its density in one row of plate '{plate.Name}' moves with the values of another"
            : $"its density moves with the rows of plate '{plate.Name}', in which it does not stand")
        + ": the model takes rows together, as a sum over the first dimension does, and a mini-batch has others. Compute each row from its own "
        + "values; or make the plate one by number with its data, Plate(size: n, x), which every batch has whole.",
        site.Name);

    /// <summary>A divergence in closed form is that of a prior which nothing drawn later by the guide moves.</summary>
    private static void RefuseHiddenParents(Guide guide, Draws draws)
    {
        var order = guide.Steps.Select(s => s.Latent).ToList();
        var names = guide.LatentNames;
        var still = Divergences(draws, draws.Latents);
        if (still.Count == 0) return;
        for (var moved = 0; moved < names.Count; moved++)
        {
            var latents = draws.Latents.Select((z, i) => i == moved && z.is_floating_point() ? z + 1 : z).ToList();
            foreach (var (name, divergence) in Divergences(draws, latents))
            {
                if (order.IndexOf(name) > order.IndexOf(names[moved]) || Values.Same(still[name], divergence, Values.Tolerance)) continue;
                throw new PplArgumentException(
                    $"its divergence from the prior is in closed form, and moves with '{names[moved]}', which the guide draws after it: the prior "
                    + $"depends on '{names[moved]}' by a way that the compiler does not see, such as a value kept in a field, or a tensor changed "
                    + "in place by a method. Write the dependence in the model's own statements.",
                    name);
            }
        }
    }

    private static Dictionary<string, Tensor> Divergences(Draws draws, IReadOnlyList<Tensor> latents) =>
        At(draws, latents, TermForm.ClosedFormWhereLegal).Where(t => t.Kl is not null).ToDictionary(t => t.Site.Name, t => t.Kl!);

    private static SiteTerms At(Draws draws, IReadOnlyList<Tensor> latents, TermForm form) =>
        draws.Guide.Terms(draws.Guide.Condition(draws, latents), form);
}
