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
    /// sees other latents, the average of its conditional means over draws of those, whose own variance over the draws, divided by their number, is
    /// taken off: else it would count a unit that moves with them and not with the data.
    /// Source: Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519, section 5 and appendix C.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data: at least two rows.</param>
    /// <param name="samples">Draws of the latents that an encoder sees, at least 2.</param>
    /// <param name="threshold">The least variance of an active unit.</param>
    /// <param name="options">Seed and memory.</param>
    /// <returns>One result for each latent that a row has, in the order of the model; others have one value for all data.</returns>
    public static IReadOnlyList<ActiveUnits> ActiveUnits(
        GenerativeModel model, Guide guide, Dataset data, int samples = 50, double threshold = 0.01, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        if (data.Count < 2)
            throw new PplArgumentException($"a variance over the data needs at least two rows; '{data.Name}' has {data.Count}.");
        options ??= new EvaluationOptions();
        using var pass = new EvaluationPass(model, guide, data, options);
        using var scope = NewDisposeScope();
        var sites = guide.LatentSites;
        var local = Enumerable.Range(0, sites.Count).Where(i => sites[i].IsLocal).ToList();
        List<List<Tensor>> means = [], errors = [];
        foreach (var rows in pass.Batches(pass.RowsWithin(samples)))
        {
            using var inner = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var draws = GuidedPass.Draw(guide, pass.Load(rows), samples, ParticleScope.Local);
            for (var i = 0; i < local.Count; i++)
            {
                if (i == means.Count)
                {
                    means.Add([]);
                    errors.Add([]);
                }

                var ofDraws = Means(draws, local[i], rows.Size).flatten(2).cpu().to(ScalarType.Float64);
                means[i].Add(ofDraws.mean([0]).MoveToOuterDisposeScope());
                errors[i].Add(SquaredError(ofDraws).MoveToOuterDisposeScope());
            }
        }

        return [.. means.Select((batches, i) => new ActiveUnits(sites[local[i]].Name, Variances(cat(batches, 0), cat(errors[i], 0)), threshold))];
    }

    private static double[] Variances(Tensor means, Tensor squaredErrors) =>
        (means.var(0, unbiased: true) - squaredErrors.mean([0])).clamp_min(0).data<double>().ToArray();

    /// <summary>The squared standard error of the mean over the draws: [B, units].</summary>
    private static Tensor SquaredError(Tensor ofDraws) =>
        ofDraws.shape[0] == 1 ? zeros_like(ofDraws[0]) : ofDraws.var(0, unbiased: true) / ofDraws.shape[0];

    /// <summary>The mean of q at each draw of what its encoder sees: [S, B, event, 1]; S is 1 where it sees the data only.</summary>
    private static Tensor Means(Draws draws, int latent, long rows)
    {
        if (draws.Parts.Count > 1) return stack([.. draws.Parts.Select(part => part.Distributions[latent].Mean)]).unsqueeze(-1);
        var distribution = draws.Distributions[latent];
        if (distribution.Shape[0] == rows) return distribution.Mean.unsqueeze(0).unsqueeze(-1);
        return new Rows(draws.Layout.Particles, rows).Unfold(distribution.Mean.contiguous()).unsqueeze(-1);
    }
}
