using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Finds by trying what the types of layers do not show: noise inside recurrent, attention and transformer layers or in a user's own forward
/// method, and computations over rows together. Networks are in the modes that they train in; their buffers are put back.
/// </summary>
internal static class NetworkProbe
{
    // Dropout that never strikes in so many rows, twice in as many trials, would change nothing either.
    private const long MostRows = 64;
    private const int Trials = 4;

    /// <param name="objective">The bound.</param>
    /// <param name="guide">The guide, prepared, with its model.</param>
    /// <param name="batch">Some data.</param>
    /// <param name="noise">Torch's generator, lent.</param>
    /// <exception cref="PplArgumentException">The objective means nothing for these networks: the message names the site and says why.</exception>
    public static void Run(Objective objective, Guide guide, Batch batch, StepSeed.Loan noise) =>
        Run(objective, guide, batch, noise, alongPath: objective.Gradient != GradientForm.Plain);

    /// <summary>Looks at the bound's value alone, as it is measured without gradient.</summary>
    /// <param name="objective">The bound.</param>
    /// <param name="guide">The guide, prepared, with its model.</param>
    /// <param name="batch">Some data.</param>
    /// <param name="noise">Torch's generator, lent.</param>
    /// <exception cref="PplArgumentException">A particle's weight depends on the others: the message names the site.</exception>
    public static void Particles(Objective objective, Guide guide, Batch batch, StepSeed.Loan noise) =>
        Run(objective, guide, batch, noise, alongPath: false);

    private static void Run(Objective objective, Guide guide, Batch batch, StepSeed.Loan noise, bool alongPath)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor[] buffers = [.. ((nn.Module)guide.Model).buffers().Concat(guide.buffers())];
        var before = Array.ConvertAll(buffers, buffer => buffer.clone());
        try
        {
            ModelProbe.Run(guide, Part(batch, 2));
            ModelProbe.Parameters(guide, Part(batch, MostRows));
            GuideProbe.Run(guide, Part(batch, MostRows));
            if (alongPath) RefuseNoise(objective, guide, Part(batch, MostRows));
            if (objective.Particles > 1) RefuseMixing(objective, guide, Part(batch, 2), noise);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            if (GuidedPass.Explain(guide, batch) is { } named) throw named;
            throw;
        }
        finally
        {
            foreach (var (buffer, value) in buffers.Zip(before)) buffer.copy_(value);
        }
    }

    private static Batch Part(Batch batch, long rows) => batch.Slice(0, Math.Min(rows, batch.Count));

    /// <summary>The guide's distributions are computed twice at the same draws, and must be the same ones.</summary>
    private static void RefuseNoise(Objective objective, Guide guide, Batch batch)
    {
        var draws = GuidedPass.Draw(guide, batch, 1);
        for (var trial = 0; trial < Trials; trial++)
        {
            var first = guide.Condition(draws, draws.Latents).Distributions;
            var second = guide.Condition(draws, draws.Latents).Distributions;
            for (var i = 0; i < first.Count; i++)
            {
                if (Parameters(first[i]).Zip(Parameters(second[i])).All(p => Values.Same(p.First, p.Second, tolerance: 0))) continue;
                throw new PplArgumentException(
                    $"{objective}: the guide's distribution differs from one computation to the next at the same inputs: its encoder draws "
                    + "noise, as dropout does, also inside recurrent, attention and transformer layers. The gradient along the path computes "
                    + "the distribution a second time at the draws. Use GradientForm.Plain, or no noise in the guide.",
                    guide.LatentNames[i]);
            }
        }
    }

    /// <summary>One particle of one row is moved; the terms of every other one must stay.</summary>
    private static void RefuseMixing(Objective objective, Guide guide, Batch batch, StepSeed.Loan noise)
    {
        const int Particles = 2;
        if (!guide.Plan.Latents.Any(site => site.IsLocal)) return;
        var draws = GuidedPass.Draw(guide, batch, Particles, ParticleScope.Local);
        if (draws.Parts.Count > 1) return;
        var sites = guide.LatentSites;

        // Copies, as the moved ones are: a draw that remembers what it was made of gives other digits of log q near a bound.
        var still = TermsAt(draws, [.. draws.Latents.Select((z, i) => sites[i].IsLocal ? z.clone() : z)], noise);
        var moved = TermsAt(draws, [.. draws.Latents.Select((z, i) => sites[i].IsLocal ? MoveLast(z) : z)], noise);
        foreach (var (before, after) in still.Zip(moved))
        {
            var isStill = Values.Same(Others(before, before.LogP), Others(after, after.LogP), Values.Tolerance)
                && Values.Same(Others(before, before.LogQ), Others(after, after.LogQ), Values.Tolerance);
            if (isStill) continue;
            throw new PplArgumentException(
                $"{objective}: a particle's term moves with the latents of another particle, so that a network computes over rows together, as "
                + $"statistics over a batch do. With {objective.Particles} particles a particle's weight would depend on the others. Compute "
                + "each row by itself (LayerNorm, GroupNorm), or use one particle.",
                before.Site.Name);
        }

        // The last row of the last particle, which is the last folded row.
        static Tensor MoveLast(Tensor latent)
        {
            var copy = latent.clone();
            if (copy.is_floating_point()) copy.narrow(0, copy.shape[0] - 1, 1).add_(1);
            return copy;
        }

        // The terms of all other rows; a term outside the rows belongs to no particle, and does not move at all.
        static Tensor? Others(SiteTerm term, Tensor? tensor)
        {
            if (tensor is null || !term.Site.IsLocal || tensor.shape[0] < Particles) return tensor;
            var folded = tensor.flatten(0, 1);
            return folded.narrow(0, 0, folded.shape[0] - 1);
        }
    }

    private static SiteTerms TermsAt(Draws draws, IReadOnlyList<Tensor> latents, StepSeed.Loan noise)
    {
        noise.Restart();
        return draws.Guide.Terms(draws.Guide.Condition(draws, latents), TermForm.Sampled);
    }

    private static List<Tensor> Parameters(Distribution distribution)
    {
        var parameters = new List<Tensor>();
        distribution.With(tensor =>
        {
            parameters.Add(tensor);
            return tensor;
        });
        return parameters;
    }
}
