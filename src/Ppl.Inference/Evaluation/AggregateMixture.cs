using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The posteriors of some rows with draws from them.</summary>
/// <param name="Posteriors">q(z | x) of each latent: [B, ...].</param>
/// <param name="Draws">Of each latent: [S, B, ...].</param>
/// <param name="LogPriors">log p(z_d) at the draws: [S · B, D].</param>
internal sealed record PosteriorBatch(IReadOnlyList<Distribution> Posteriors, IReadOnlyList<Tensor> Draws, Tensor LogPriors)
{
    /// <summary>B.</summary>
    public long Rows => Draws[0].shape[1];

    /// <summary>S · B.</summary>
    public long Count => LogPriors.shape[0];

    /// <summary>
    /// Reads the posteriors, the draws and the prior off a pass, in the current scope: in double precision on the CPU, without graph.
    /// </summary>
    /// <param name="guide">The guide.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="samples">S.</param>
    /// <exception cref="PplArgumentException">
    /// A factor or a prior has coordinates that are not independent, or depends on other latents or on the row: the message says which.
    /// </exception>
    public static PosteriorBatch Of(Guide guide, Batch batch, int samples)
    {
        List<(Distribution Posterior, Queue<Tensor> Parameters)> posteriors = [];
        List<Tensor> draws = [];
        Tensor logPriors;
        using (NewDisposeScope())
        {
            List<Tensor> priors = [];
            foreach (var term in GuidedPass.Terms(guide, batch, samples, TermForm.Sampled).Where(term => term.Site.Kind == SiteKind.Latent))
            {
                Check(term);
                var parameters = new Queue<Tensor>();
                term.Guide!.With(parameter =>
                {
                    parameters.Enqueue(Kept(parameter));
                    return parameter;
                });
                posteriors.Add((term.Guide!, parameters));
                draws.Add(Kept(term.Layout.Rows(term.Site.Plates[0]).Unfold(term.Value!)));
                priors.Add(term.Model!.LogProb(term.Value!).reshape(term.Value!.shape[0], -1));
            }

            logPriors = Kept(cat([.. priors], 1));
        }

        // What a family computes of its parameters belongs to the scope in which it is made.
        return new([.. posteriors.Select(q => q.Posterior.With(_ => q.Parameters.Dequeue()))], draws, logPriors);

        static Tensor Kept(Tensor tensor) =>
            (is_floating_point(tensor) ? tensor.detach().cpu().to(ScalarType.Float64) : tensor.detach().cpu()).clone().MoveToOuterDisposeScope();
    }

    /// <summary>log q(z | x) at its own draws: [S · B].</summary>
    public Tensor LogPosterior()
    {
        Tensor? sum = null;
        for (var i = 0; i < Posteriors.Count; i++)
        {
            var each = Posteriors[i].LogDensity(Draws[i], 2);
            sum = sum is null ? each : sum + each;
        }

        return sum!.reshape(-1);
    }

    /// <summary>log q(z | x_m) and log q(z_d | x_m) of draws under every row: [n, B] and [n, B, D].</summary>
    /// <param name="draws">Some draws of each latent: [n, ...].</param>
    public (Tensor Joint, Tensor Marginals) LogDensities(IReadOnlyList<Tensor> draws)
    {
        Tensor? joint = null;
        List<Tensor> marginals = [];
        for (var i = 0; i < Posteriors.Count; i++)
        {
            var shape = draws[i].shape;
            var z = draws[i].unsqueeze(1).expand([shape[0], Rows, .. shape[1..]]);
            var marginal = Marginal(Posteriors[i])!.LogProb(z).reshape(shape[0], Rows, -1);
            var all = Posteriors[i].EventDimensions == 0 ? marginal.sum(-1) : Posteriors[i].LogDensity(z, 2);
            joint = joint is null ? all : joint + all;
            marginals.Add(marginal);
        }

        return (joint!, cat([.. marginals], 2));
    }

    /// <summary>Refuses a latent of which q(z_d | x) or p(z_d) of one coordinate is not known, or not for all rows.</summary>
    /// <exception cref="PplArgumentException">The message names the latent and says why.</exception>
    public static void Check(SiteTerm term)
    {
        var (site, prior) = (term.Site, term.Model!);
        if (site.GuideFollowsLatents)
        {
            throw new PplArgumentException(
                $"its factor sees {string.Join(", ", site.GuideParents)}, latents among them, so that no q(z_d | x) of one coordinate is known.",
                site.Name);
        }

        if (LogWeight.IsPoint(term)) throw new PplArgumentException("its factor is a point, which has no density.", site.Name);
        if (Marginal(term.Guide!) is null)
        {
            throw new PplArgumentException(
                $"the coordinates of its factor {term.Guide!.Name} depend on each other, and no q(z_d | x) is known.", site.Name);
        }

        if (site.IsPlated)
        {
            throw new PplArgumentException(
                "its prior follows other latents or the row: the parts are those of one p(z) = Π p(z_d) for all rows.", site.Name);
        }

        if (prior.EventDimensions > 0)
            throw new PplArgumentException($"the coordinates of its prior {prior.Name} depend on each other, and no p(z_d) is known.", site.Name);
    }

    /// <summary>The distributions of the single coordinates; null where they are not known.</summary>
    private static Distribution? Marginal(Distribution posterior) => posterior switch
    {
        { EventDimensions: 0 } => posterior,
        MultivariateNormal or LowRankMultivariateNormal => new Normal(posterior.Mean, posterior.Variance.sqrt()),
        _ => null,
    };
}

/// <summary>log q(z) and log q(z_d) of draws under the mixture of many rows, summed up batch by batch.</summary>
internal sealed class AggregateMixture
{
    /// <summary>The logarithms of the weights that the rows of a batch have in the estimate of q(z) at draws: [] or [n, B].</summary>
    /// <param name="estimator">Which estimate.</param>
    /// <param name="rows">The row of the batch that each draw is of: [n], integers.</param>
    /// <param name="batch">B.</param>
    /// <param name="total">N.</param>
    /// <param name="like">Gives type and device.</param>
    public static Tensor LogWeights(AggregateEstimator estimator, Tensor rows, long batch, long total, Tensor like)
    {
        if (estimator == AggregateEstimator.Exact) return full([], -Math.Log(total), like.dtype, like.device);
        if (estimator == AggregateEstimator.MinibatchWeighted) return full([], -Math.Log((double)total * batch), like.dtype, like.device);

        // 1/N for the draw's own row; of the M = B − 1 others one has (N − M) / (N M), here the next one, and each other 1/M.
        var others = batch - 1.0;
        var (own, next) = (rows.unsqueeze(1), ((rows + 1) % batch).unsqueeze(1));
        var weights = full([rows.shape[0], batch], 1 / others, like.dtype, like.device);
        weights = weights.scatter(1, next, full(next.shape, (total - others) / (total * others), like.dtype, like.device));
        return weights.scatter(1, own, full(own.shape, 1.0 / total, like.dtype, like.device)).log();
    }

    private Tensor? joint;
    private Tensor? marginals;

    /// <summary>Adds the densities under some rows, weighed: [n, B], [n, B, D], and the logarithms of the weights, [] or [n, B].</summary>
    public void Add((Tensor Joint, Tensor Marginals) densities, Tensor logWeights)
    {
        var all = (densities.Joint + logWeights).logsumexp(1);
        var each = (densities.Marginals + (logWeights.dim() == 0 ? logWeights : logWeights.unsqueeze(2))).logsumexp(1);
        joint = joint is null ? all : logaddexp(joint, all);
        marginals = marginals is null ? each : logaddexp(marginals, each);
    }

    /// <summary>The logarithms of the mixtures: [n] and [n, D].</summary>
    public (Tensor Joint, Tensor Marginals) Logarithms => (joint!, marginals!);
}
