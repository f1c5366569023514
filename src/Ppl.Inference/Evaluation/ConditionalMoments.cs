using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// The mean of each row's values under self-normalized importance weights, and draws of them, over chunks of particles. What is kept is normalized,
/// so that no weight overflows.
/// </summary>
/// <param name="count">How many draws are kept of each row.</param>
internal sealed class ConditionalMoments(int count) : IDisposable
{
    private readonly StreamingLogMeanExp weights = new();
    private Tensor? mean;
    private Tensor? kept;

    /// <summary>Σ_k w̃_k m_k: [B, plates, event]; NaN for a row of which no particle has a weight.</summary>
    public Tensor Mean => mean!.masked_fill(InRowsOf(IsWithoutWeight(), mean).to(ScalarType.Bool), double.NaN);

    /// <summary>[count, B, plates, event]; null for none.</summary>
    public Tensor? Draws => kept;

    /// <summary>(Σ w)² / Σ w² of each row.</summary>
    public double[] EffectiveSampleSize() => weights.EffectiveSampleSize();

    /// <summary>Adds some particles.</summary>
    /// <param name="logWeights">log w, [K, B].</param>
    /// <param name="means">The means given the particles, [K, B, plates, event].</param>
    /// <param name="draws">A draw given each particle, of the same shape; null where none are kept.</param>
    public void Add(Tensor logWeights, Tensor means, Tensor? draws)
    {
        using var scope = NewDisposeScope();
        var chunk = logWeights.cpu().to(ScalarType.Float64);
        weights.Add(chunk);
        var shares = (chunk - weights.LogSum).exp().masked_fill(IsWithoutWeight(), 0);
        var now = (InRowsOf(shares, means) * means).sum([0]);
        var part = shares.sum([0]);

        // What came before keeps the share that the new weights leave it.
        var next = mean is null ? now : now + (InRowsOf(1 - part, mean) * mean);
        mean?.Dispose();
        mean = scope.Detach(next);
        if (draws is not null) Keep(chunk, part, draws, scope);
    }

    public void Dispose()
    {
        weights.Dispose();
        mean?.Dispose();
        kept?.Dispose();
    }

    /// <summary>Each kept draw is of this chunk with the share that the chunk's weights have so far: sampling importance resampling.</summary>
    private void Keep(Tensor logWeights, Tensor part, Tensor draws, TorchSharp.DisposeScope scope)
    {
        var (rows, shape) = (draws.shape[1], draws.shape);

        // Where no particle has a weight any is as good: another chunk's take their place, or the mean says that there are none.
        var isPossible = logWeights.gt(double.NegativeInfinity);
        var logits = logWeights.masked_fill(isPossible.any(0).logical_not(), 0);
        var chosen = new Categorical(logits: logits.t()).Sample(count);
        var places = ((chosen * rows) + arange(rows)).flatten().to(draws.device);
        var picked = draws.flatten(0, 1).index_select(0, places).reshape([count, .. shape[1..]]);
        var isNew = rand([count, rows], ScalarType.Float64).lt(part);
        var next = kept is null ? picked
            : where(isNew.reshape([count, rows, .. Enumerable.Repeat(1L, shape.Length - 2)]).to(draws.device), picked, kept);
        kept?.Dispose();
        kept = scope.Detach(next);
    }

    /// <summary>Rows none of whose particles so far has a weight above 0: [B].</summary>
    private Tensor IsWithoutWeight() => weights.LogSum.eq(double.NegativeInfinity);

    // Numbers of [.., B] beside values of [.., B, plates, event].
    private static Tensor InRowsOf(Tensor numbers, Tensor values) =>
        numbers.reshape([.. numbers.shape, .. Enumerable.Repeat(1L, (int)values.dim() - (int)numbers.dim())]).to(values.dtype, values.device);
}
