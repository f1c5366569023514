using System.Globalization;

namespace Ppl.Inference;

/// <summary>How the aggregate posterior q(z) = (1/N) Σ_n q(z | x_n) is estimated at a draw.</summary>
public enum AggregateEstimator
{
    /// <summary>By all N rows: the mixture itself, N² densities.</summary>
    Exact,

    /// <summary>
    /// By the rows of the draw's own mini-batch, (1/(N M)) Σ_m q(z | x_m): minibatch-weighted sampling, which takes q(z) too low in the mean
    /// (Chen et al. 2018, arXiv:1802.04942, appendix C).
    /// </summary>
    MinibatchWeighted,

    /// <summary>
    /// By the rows of the draw's own mini-batch with weights that sum to 1, 1/N for the draw's own row n*: q(z | n*)/N + Σ_{m &lt; M} q(z | n_m)/M +
    /// (N − M)/(N M) q(z | n_M), M = B − 1. Its mean over mini-batches is q(z), that of its logarithm lower. Minibatch stratified sampling (Chen et
    /// al. 2018, arXiv:1802.04942, appendix C). n_M is the row after n* in the batch.
    /// </summary>
    MinibatchStratified,
}

/// <summary>The mean divergence of the posteriors from the prior in three parts, in nats.</summary>
/// <param name="MutualInformation">Index-code mutual information, E log q(z | x) / q(z): what a code tells of the row; at most log N.</param>
/// <param name="TotalCorrelation">E log q(z) / Π_d q(z_d): how far the coordinates depend on each other over the data.</param>
/// <param name="DimensionWise">E log q(z_d) / p(z_d) of each coordinate, in the order of <see cref="Evaluate.Codes"/>.</param>
/// <param name="Errors">The standard errors of the three parts from the draws, as N independent rows.</param>
/// <param name="Rows">N.</param>
/// <param name="Samples">Draws for each row.</param>
public sealed record AggregateDivergence(
    double MutualInformation,
    double TotalCorrelation,
    IReadOnlyList<double> DimensionWise,
    (double MutualInformation, double TotalCorrelation, double DimensionWise) Errors,
    int Rows,
    int Samples)
{
    /// <summary>E_x KL(q(z | x) || p(z)) at the same draws: the sum of the three parts.</summary>
    public double Kl => MutualInformation + TotalCorrelation + DimensionWise.Sum();

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"KL {Kl:F3} nats = mutual information {MutualInformation:F3} + total correlation {TotalCorrelation:F3} + dimension-wise "
        + $"{DimensionWise.Sum():F3} ({Rows} rows, {Samples} {(Samples == 1 ? "draw" : "draws")} each)");
}
