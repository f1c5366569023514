using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The aggregate posterior.</content>
public static partial class Evaluate
{
    /// <summary>The mean divergence of the posteriors from the prior, in three parts that the aggregate posterior tells apart.</summary>
    /// <remarks>
    /// With q(z) = (1/N) Σ_n q(z | x_n): E_n KL(q(z | x_n) || p(z)) = E log q(z | x_n)/q(z) + E log q(z)/Π_d q(z_d) + Σ_d E log q(z_d)/p(z_d), each
    /// at draws of q(z | x_n). <see cref="AggregateEstimator.Exact"/> takes N² densities of D coordinates, in chunks; draws of the other estimators
    /// meet the rows of their own batch, <see cref="EvaluationOptions.BatchSize"/> of them in the order of the data, which has to be a random one.
    /// Sources: Hoffman and Johnson 2016 (NIPS workshop on approximate inference); Chen et al. 2018, arXiv:1802.04942.
    /// </remarks>
    /// <param name="model">The model. The prior of each latent has independent coordinates, and is the same for all rows.</param>
    /// <param name="guide">
    /// Its guide. Each factor sees the data alone, and its coordinates are independent or normal: Diagonal, FullCovariance, LowRank.
    /// </param>
    /// <param name="data">The N rows.</param>
    /// <param name="samples">Draws for each row, at least 1.</param>
    /// <param name="estimator">How q(z) is estimated.</param>
    /// <param name="options">Seed, batches, memory.</param>
    /// <exception cref="PplArgumentException">The model or the guide is another one; the message names the latent.</exception>
    public static AggregateDivergence AggregateDivergence(
        GenerativeModel model,
        Guide guide,
        Dataset data,
        int samples = 1,
        AggregateEstimator estimator = AggregateEstimator.Exact,
        EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (!Enum.IsDefined(estimator)) throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "not an estimator");
        RequireCodes(guide);
        options ??= new();
        using var pass = new EvaluationPass(model, guide, data, options);
        using var scope = NewDisposeScope();
        List<PosteriorBatch> batches = [];
        foreach (var rows in pass.Batches(pass.RowsWithin(samples)))
        {
            using var noise = pass.Noise(rows);
            batches.Add(PosteriorBatch.Of(guide, pass.Load(rows), samples));
        }

        var parts = cat([.. batches.Select(batch => Parts(batch, batches, estimator, options))], 0);
        var (means, errors) = (Numbers.Of(parts.mean([0])), Numbers.Of(Errors(parts)));
        var dimensionWise = parts.narrow(1, 2, parts.shape[1] - 2).sum(1, keepdim: true);
        return new(
            means[0], means[1], means[2..], (errors[0], errors[1], Numbers.Of(Errors(dimensionWise))[0]), (int)parts.shape[0], samples);

        static Tensor Errors(Tensor rows) => rows.std(0, unbiased: true) / Math.Sqrt(rows.shape[0]);
    }

    /// <summary>The parts of each row of a batch: mutual information, total correlation, and each coordinate's. [B, 2 + D].</summary>
    private static Tensor Parts(
        PosteriorBatch batch, List<PosteriorBatch> all, AggregateEstimator estimator, EvaluationOptions options)
    {
        using var scope = NewDisposeScope();
        var others = estimator == AggregateEstimator.Exact ? all : [batch];
        var rows = all.Sum(other => other.Rows);
        if (estimator == AggregateEstimator.MinibatchStratified && batch.Rows < 2)
            throw new PplArgumentException("a batch has one row, and stratified sampling weighs a row's own and the others: take other batches.");
        var coordinates = batch.LogPriors.shape[1];
        var chunk = Math.Max(1, options.MemoryBudget / (sizeof(double) * coordinates * others.Max(other => other.Rows)));
        Tensor[] draws = [.. batch.Draws.Select(z => z.flatten(0, 1))];
        var own = batch.LogPosterior();
        List<Tensor> parts = [];
        for (long start = 0; start < batch.Count; start += chunk)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(chunk, batch.Count - start);
            Tensor[] some = [.. draws.Select(z => z.narrow(0, start, count))];
            var mixture = new AggregateMixture();
            var weights = AggregateMixture.LogWeights(estimator, arange(start, start + count) % batch.Rows, batch.Rows, rows, own);
            foreach (var other in others) mixture.Add(other.LogDensities(some), weights);
            var (joint, marginals) = mixture.Logarithms;
            var information = own.narrow(0, start, count) - joint;
            var correlation = joint - marginals.sum(1);
            var dimensions = marginals - batch.LogPriors.narrow(0, start, count);
            parts.Add(cat([information.unsqueeze(1), correlation.unsqueeze(1), dimensions], 1).MoveToOuterDisposeScope());
            options.Cancellation.ThrowIfCancellationRequested();
        }

        return cat(parts, 0).view(-1, batch.Rows, 2 + coordinates).mean([0]).MoveToOuterDisposeScope();
    }

    private static void RequireCodes(Guide guide)
    {
        if (!guide.Plan.IsPerDatum || !guide.Plan.Latents.Any())
        {
            throw new PplArgumentException(
                $"{guide.Plan.Model} has no aggregate posterior: every site has to stand in one rows plate, latents among them, so that each row "
                + "has a q(z | x) of its own.");
        }

        if (guide.Plan.Latents.FirstOrDefault(site => site.Known is not null) is { } known)
            throw new PplArgumentException($"it is known in some rows, where {known.Known} has it, and there has no posterior.", known.Name);
    }
}
