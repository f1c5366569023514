using System.Globalization;
using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>How far importance sampling from the guide can be trusted, datum by datum.</summary>
/// <param name="PerDatum">
/// The shape k of the tail of each datum's weights. Below 0.5 they have a finite variance, below 0.7 estimates are practical; above, the guide
/// misses mass of the posterior, and a likelihood estimate from it is too low. −∞ where all large weights are equal.
/// </param>
/// <param name="Samples">Weights for each datum.</param>
public sealed record ParetoShape(IReadOnlyList<double> PerDatum, int Samples)
{
    /// <summary>The part of the data with k above 0.7.</summary>
    public double Unreliable => PerDatum.Count(k => !(k <= 0.7)) / (double)PerDatum.Count;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"k above 0.7 for {100 * Unreliable:F1}% of {PerDatum.Count} rows ({Samples} samples each)");
}

/// <content>The Pareto diagnosis of importance weights.</content>
public static partial class Evaluate
{
    /// <summary>Fits a generalized Pareto distribution to the largest importance weights p(x, z) / q(z | x) of each datum.</summary>
    /// <remarks>Source: Vehtari, Simpson, Gelman, Yao and Gabry 2024, arXiv:1507.02646.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data.</param>
    /// <param name="samples">Weights for each datum, at least 100: the tail is min(samples/5, 3 √samples) of them.</param>
    /// <param name="options">Seed and memory.</param>
    public static ParetoShape ParetoShape(
        GenerativeModel model, Guide guide, Dataset data, int samples = 1000, EvaluationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 100);
        RequirePerDatum(guide, samples, "weight");
        options ??= new EvaluationOptions();
        using var pass = new EvaluationPass(model, guide, data, options, Objective.Iwae(samples));
        var chunk = (int)Math.Min(samples, pass.MaxRows);
        var kept = ParetoTail.Length(samples) + 1;
        var shapes = new List<double>(data.Count);
        foreach (var rows in pass.Batches(pass.RowsWithin(chunk)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var batch = pass.Load(rows);
            Tensor? tail = null;
            for (var left = samples; left > 0; left -= chunk)
            {
                using var inner = NewDisposeScope();
                var terms = GuidedPass.Terms(guide, batch, Math.Min(chunk, left), TermForm.Sampled);
                var weights = WeightCheck.Numbers(terms, rows).cpu().to(ScalarType.Float64);
                var all = tail is null ? weights : cat([tail, weights], 0);
                tail = all.topk((int)Math.Min(kept, all.shape[0]), 0).Item1.MoveToOuterDisposeScope();
                options.Cancellation.ThrowIfCancellationRequested();
            }

            var values = tail!.t().contiguous().data<double>().ToArray();
            shapes.AddRange(values.Chunk(kept).Select(ParetoTail.Shape));
        }

        return new ParetoShape(shapes, samples);
    }
}
