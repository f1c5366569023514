using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>Annealed importance sampling.</content>
public static partial class Evaluate
{
    /// <summary>−log p(x) by annealed importance sampling with Hamiltonian moves.</summary>
    /// <remarks>
    /// Chains pass from f_0 = p(z) (or q(z | x)) to f_T = p(x, z) through f_t = f_0^(1 − β_t) f_T^(β_t), with
    /// log w = Σ_t (β_t − β_{t−1}) (log f_T − log f_0)(z_{t−1}) and log p̂(x) = log mean w over the chains: E[w] = p(x). Latents of bounded
    /// supports move in u, z = T(u), whose densities have log |det ∂z/∂u|. Step sizes are found for each row and temperature by chains of their
    /// own, four or fewer, before those that are weighed, so that the weights stay unbiased.
    /// Sources: Neal 2001, Statistics and Computing 11; Wu, Burda, Salakhutdinov and Grosse 2017, arXiv:1611.04273.
    /// </remarks>
    /// <param name="model">The model. Its latents are continuous, and none is known in some rows.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data; columns by the names of the model's parameters, or in their order.</param>
    /// <param name="annealing">The chains.</param>
    /// <param name="options">Seed, memory, progress.</param>
    /// <exception cref="PplArgumentException">
    /// Rows share latents; a latent is partly observed, or has a support that no smooth map leads to from the reals; there are no latents;
    /// or an observed site is a point, <see cref="Ppl.Distributions.Delta"/>, and data lie elsewhere.
    /// </exception>
    /// <exception cref="NonFiniteException">The weight of a chain is no number: the message names the row.</exception>
    public static AnnealedLikelihood AnnealedLikelihood(
        GenerativeModel model, Guide guide, Dataset data, AnnealingOptions? annealing = null, EvaluationOptions? options = null)
    {
        (annealing, options) = (annealing ?? new(), options ?? new());
        using var pass = AnnealingPass(model, guide, data, annealing, options);
        List<double> losses = [], sizes = [], acceptance = [];
        foreach (var rows in pass.Batches(pass.RowsWithin(annealing.Chains)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var batch = pass.Load(rows);
            var run = new AnnealedRun(annealing, options.Cancellation);
            AnnealedTarget Target(int chains) => new(guide, batch, chains, annealing.Start, rows);
            run.Adapt(Target);
            var (total, accepted) = Chains(pass, annealing, chains => run.Forward(Target(chains)));
            using (total)
            {
                losses.AddRange(Finite(rows, total.LogMean()).Select(x => -x));
                sizes.AddRange(total.EffectiveSampleSize());
                acceptance.AddRange(accepted);
            }
        }

        pass.RefusePoint(losses);
        return new AnnealedLikelihood(new LikelihoodEstimate(losses, sizes, annealing.Chains), acceptance, annealing);
    }

    /// <summary>How exact annealing is on data that the model draws: bounds of log p(x) from below and from above.</summary>
    /// <remarks>
    /// Chains that begin at an exact draw of the posterior and go to f_0 have weights with E[w] = 1/p(x), so that −log mean w is an upper bound
    /// of log p(x) in expectation. The draw is the z that x was drawn from.
    /// Source: Grosse, Ghahramani and Adams 2015, arXiv:1511.02543.
    /// </remarks>
    /// <param name="model">The model. Its latents are continuous, and none is known in some rows.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">How many rows there are, the covariates and the masks; observed values are drawn in the place of its own.</param>
    /// <param name="annealing">The chains.</param>
    /// <param name="options">Seed, memory, progress.</param>
    /// <exception cref="PplArgumentException">As for the likelihood; or the model has a factor, which nothing can be drawn from.</exception>
    /// <exception cref="NonFiniteException">The weight of a chain is no number: the message names the row.</exception>
    public static BidirectionalLikelihood BidirectionalLikelihood(
        GenerativeModel model, Guide guide, Dataset data, AnnealingOptions? annealing = null, EvaluationOptions? options = null)
    {
        (annealing, options) = (annealing ?? new(), options ?? new());
        using var pass = AnnealingPass(model, guide, data, annealing, options);
        if (guide.Plan.Sites.FirstOrDefault(site => site.Kind == SiteKind.Factor) is { } factor)
            throw new PplArgumentException("data are drawn from the model, and nothing can be drawn from a factor.", factor.Name);
        List<double> lower = [], upper = [];
        foreach (var rows in pass.Batches(pass.RowsWithin(annealing.Chains)))
        {
            using var scope = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var (batch, latents) = Simulated(guide, pass.Load(rows));
            var run = new AnnealedRun(annealing, options.Cancellation);
            AnnealedTarget Target(int chains) => new(guide, batch, chains, annealing.Start, rows);
            run.Adapt(Target);
            var (below, _) = Chains(pass, annealing, chains => run.Forward(Target(chains)));
            using (below) lower.AddRange(Finite(rows, below.LogMean()));
            var (above, _) = Chains(pass, annealing, chains =>
            {
                var target = Target(chains);
                return run.Reverse(target, target.Start(latents));
            });
            using (above) upper.AddRange(Finite(rows, above.LogMean()).Select(x => -x));
        }

        return new BidirectionalLikelihood(lower, upper, annealing);
    }

    /// <summary>Refuses estimates that are no numbers; −∞ is a row that no chain came to.</summary>
    private static double[] Finite(Minibatch rows, double[] logs)
    {
        var bad = Array.FindIndex(logs, log => double.IsNaN(log) || double.IsPositiveInfinity(log));
        if (bad < 0) return logs;
        throw new NonFiniteException($"row {rows.Rows.Span[bad]}: the weight of a chain is no number, since log p(x, z) overflows on its way.");
    }

    private static EvaluationPass AnnealingPass(
        GenerativeModel model, Guide guide, Dataset data, AnnealingOptions annealing, EvaluationOptions options)
    {
        annealing.Check();
        RequirePerDatum(guide, annealing.Chains, "likelihood");
        if (guide.Plan.Latents.FirstOrDefault(site => site.Known is not null) is { } known)
            throw new PplArgumentException($"it is known in some rows, where {known.Known} has it, and annealing draws all of it.", known.Name);

        // Rows of one chain must not depend on each other either: two particles at least are compared. Who begins at the guide needs its log q.
        var particles = Math.Max(2, annealing.Chains);
        var bound = annealing.Start == AnnealingStart.Guide ? Objective.Iwae(particles) : Objective.Elbo(particles);
        return new EvaluationPass(model, guide, data, options, bound);
    }

    /// <summary>Runs so many chains at a time as the memory budget has room for.</summary>
    private static (StreamingLogMeanExp Total, double[] Acceptance) Chains(
        EvaluationPass pass, AnnealingOptions annealing, Func<int, (Tensor LogWeights, Tensor Acceptance)> run)
    {
        var chunk = (int)Math.Min(annealing.Chains, pass.MaxRows);
        var total = new StreamingLogMeanExp();
        try
        {
            double[]? acceptance = null;
            for (var left = annealing.Chains; left > 0; left -= chunk)
            {
                using var inner = NewDisposeScope();
                var (logWeights, accepted) = run(Math.Min(chunk, left));
                total.Add(logWeights);
                var sum = Numbers.Of(accepted.sum([0]));
                acceptance = acceptance is null ? sum : [.. acceptance.Zip(sum, (a, b) => a + b)];
            }

            return (total, [.. acceptance!.Select(a => a / annealing.Chains)]);
        }
        catch
        {
            total.Dispose();
            throw;
        }
    }

    /// <summary>Data in the place of a batch's, and the latents that they were drawn from.</summary>
    private static (Batch Batch, LatentValues Latents) Simulated(Guide guide, Batch batch)
    {
        var draw = GuidedPass.Simulate(guide.Model, batch.Sizes, Covariates(batch));
        var names = guide.Plan.Observations.Select(site => site.Variable).ToList();
        var tensors = batch.Tensors.Select((tensor, i) =>
            names.IndexOf(guide.Plan.Inputs[i].Name) is >= 0 and var site && draw.Observed[site] is { } drawn ? drawn.Value : tensor);
        return (batch.With([.. tensors]), draw.Latents);
    }
}
