using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>How many coordinates of a latent the model uses.</summary>
/// <param name="Site">The latent site.</param>
/// <param name="Variances">Var_x(E_q[u | x]) of each coordinate, in row-major order.</param>
/// <param name="Threshold">The least variance of an active coordinate.</param>
public sealed record ActiveUnits(string Site, IReadOnlyList<double> Variances, double Threshold)
{
    /// <summary>The number of active coordinates.</summary>
    public int Active => Variances.Count(v => v > Threshold);

    /// <summary>The number of coordinates.</summary>
    public int Total => Variances.Count;

    /// <inheritdoc/>
    public override string ToString() => $"{Site}: {Active} of {Total} units active";
}

/// <content>Active units.</content>
public static partial class Evaluate
{
    /// <summary>The units of each latent site whose posterior mean moves with the data.</summary>
    /// <remarks>
    /// A unit u is active where Var_x(E_{q(u | x)}[u]) &gt; 0.01. Where the encoder of a site sees the data only, E_q is its mean; where it
    /// sees other latents, the average of its conditional means over draws of those.
    /// Source: Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519, section 5 and appendix C.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data: at least two rows.</param>
    /// <param name="samples">Draws of the latents that an encoder sees, at least 1.</param>
    /// <param name="threshold">The least variance of an active unit.</param>
    /// <param name="options">Seed and memory.</param>
    /// <returns>One result for each latent that a row has, in the order of the model; others have one value for all data.</returns>
    public static IReadOnlyList<ActiveUnits> ActiveUnits(
        GenerativeModel model, Guide guide, Dataset data, int samples = 50, double threshold = 0.01, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (data.Count < 2)
            throw new PplArgumentException($"a variance over the data needs at least two rows; '{data.Name}' has {data.Count}.");
        options ??= new EvaluationOptions();
        using var pass = new EvaluationPass(model, guide, data, options);
        using var scope = NewDisposeScope();
        var sites = guide.LatentSites;
        var local = Enumerable.Range(0, sites.Count).Where(i => sites[i].IsLocal).ToList();
        List<List<Tensor>> means = [];
        foreach (var rows in pass.Batches(pass.RowsWithin(samples)))
        {
            using var inner = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var draws = GuidedPass.Draw(guide, pass.Load(rows), samples, ParticleScope.Local);
            for (var i = 0; i < local.Count; i++)
            {
                if (i == means.Count) means.Add([]);
                means[i].Add(Mean(draws, local[i], rows.Size).reshape(rows.Size, -1).cpu().to(ScalarType.Float64).MoveToOuterDisposeScope());
            }
        }

        return [.. means.Select((batches, i) =>
            new ActiveUnits(sites[local[i]].Name, cat(batches, 0).var(0, unbiased: true).data<double>().ToArray(), threshold))];
    }

    /// <summary>The mean of q over the draws of what its encoder sees: [B, event].</summary>
    private static Tensor Mean(Draws draws, int latent, long rows)
    {
        if (draws.Parts.Count > 1) return stack([.. draws.Parts.Select(part => part.Distributions[latent].Mean)]).mean([0]);
        var distribution = draws.Distributions[latent];
        if (distribution.Shape[0] == rows) return distribution.Mean;
        return new Rows(draws.Layout.Particles, rows).Unfold(distribution.Mean.contiguous()).mean([0]);
    }
}
