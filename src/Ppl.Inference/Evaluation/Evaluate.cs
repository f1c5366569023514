using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Measures a trained model and its guide. Networks run in evaluation mode, without gradient, and are left as they were.</summary>
public static partial class Evaluate
{
    /// <summary>An objective over a data set, with each site's part: for each datum, or in total (<see cref="BoundValue.Unit"/>).</summary>
    /// <remarks>
    /// Data are taken in batches. One weight for everything, <c>Objective.Iwae(K, joint: true)</c>, means nothing for a part of them: it takes
    /// all rows at once, whatever the batch size and the memory budget, in a pass for each particle; so does the exact q(z) of
    /// <see cref="Objective.BetaTcVae"/>.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data.</param>
    /// <param name="objective">The bound; the ELBO with one particle when left out.</param>
    /// <param name="options">Seed and batch size.</param>
    /// <exception cref="PplArgumentException">
    /// The objective means nothing for the guide, or its weights are those of a step that is not said.
    /// </exception>
    public static BoundValue Bound(
        GenerativeModel model, Guide guide, Dataset data, Objective? objective = null, EvaluationOptions? options = null)
    {
        objective ??= Objective.Elbo();
        if (objective.LacksStep)
        {
            throw new PplArgumentException(
                $"{objective} changes from step to step, and which step is meant is not said: give objective.At(svi.Steps, svi.ObjectiveState), or "
                + $"objective.Measured, {objective.Measured}, which training is measured by.");
        }

        options ??= new EvaluationOptions();
        using var pass = new EvaluationPass(model, guide, data, options, objective);
        var totals = EpochTotals.Empty;
        foreach (var rows in pass.Batches(objective.TakesAllRows ? data.Count : pass.RowsWithin(objective.Particles)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            using var result = objective.Evaluate(guide, pass.Load(rows));
            totals = totals.Add(rows.Size, result.Read());
        }

        return totals.Mean();
    }

    /// <summary>−log p(x) by importance sampling from the guide.</summary>
    /// <remarks>
    /// log p̂(x) = log (1/K) Σ_k p(x, z_k) / q(z_k | x), z_k ~ q(z | x). Samples and rows are taken in chunks, with the sum carried along in
    /// double precision, so that memory does not grow with <paramref name="samples"/>.
    /// Source: Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519, who use 5000 samples.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data; columns by the names of the model's parameters, or in their order.</param>
    /// <param name="samples">K ≥ 1.</param>
    /// <param name="options">Seed, memory, progress.</param>
    /// <exception cref="PplArgumentException">
    /// Not all sites of the model stand in one rows plate, so that its rows are not independent; or it draws data without noise, so that others
    /// have no likelihood.
    /// </exception>
    /// <exception cref="NonFiniteException">The weight of a draw is no number: the message names the row and the site.</exception>
    public static LikelihoodEstimate NegativeLogLikelihood(
        GenerativeModel model, Guide guide, Dataset data, int samples = 5000, EvaluationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        RequirePerDatum(guide, samples, "likelihood");
        options ??= new EvaluationOptions();
        using var pass = new EvaluationPass(model, guide, data, options, Objective.Iwae(samples));
        var chunk = (int)Math.Min(samples, pass.MaxRows);
        var losses = new List<double>(data.Count);
        var sizes = new List<double>(data.Count);
        foreach (var rows in pass.Batches(pass.RowsWithin(chunk)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            using var total = new StreamingLogMeanExp();
            var batch = pass.Load(rows);
            for (var left = samples; left > 0; left -= chunk)
            {
                using var inner = NewDisposeScope();
                total.Add(WeightCheck.Numbers(GuidedPass.Terms(guide, batch, Math.Min(chunk, left), TermForm.Sampled), rows));
                options.Cancellation.ThrowIfCancellationRequested();
            }

            losses.AddRange(total.LogMean().Select(x => -x));
            sizes.AddRange(total.EffectiveSampleSize());
        }

        pass.RefusePoint(losses);
        return new LikelihoodEstimate(losses, sizes, samples);
    }

    /// <summary>Refuses what is a number for each datum where the rows share latents, or there are none.</summary>
    private static void RequirePerDatum(Guide guide, int samples, string what)
    {
        ArgumentNullException.ThrowIfNull(guide);
        if (guide.Plan.IsPerDatum) return;
        var outer = string.Join(", ", guide.Plan.Sites.Where(site => !site.IsLocal).Select(site => site.Name).Distinct());
        var instead = guide.Plan.HasOuterLatents
            ? $" Evaluate.Bound with Objective.Iwae({samples}, joint: true) estimates log p of all data." : "";
        throw new PplArgumentException(
            $"{guide.Plan.Model} has no {what} for each datum: "
            + $"{(outer.Length > 0 ? $"{outer} stand{(outer.Contains(',') ? "" : "s")} outside every rows plate" : "it has several rows plates")}, "
            + $"so that its rows are not independent.{instead}");
    }
}
