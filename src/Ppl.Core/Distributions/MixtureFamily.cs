using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A mixture of K distributions over the same values: one of them, chosen by a categorical, is drawn from.</summary>
/// <remarks>
/// log p(x) = log Σ_k w_k p_k(x), which is exact where weights are 0 and where a component excludes x. Where the components are reparameterized
/// numbers with a differentiable distribution function F and leave no gaps between their supports, draws have the gradient of implicit
/// reparameterization, −(∂F/∂θ) / p at the draw: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498, section 4. Second derivatives are right
/// where those of F are.
/// </remarks>
/// <typeparam name="TSelf">The family itself.</typeparam>
public abstract class MixtureFamily<TSelf> : Distribution where TSelf : MixtureFamily<TSelf>
{
    private protected MixtureFamily(Categorical mixing, Distribution[] components, long[] batch)
    {
        (Mixing, Parts) = (mixing, components);
        var first = components[0];
        EventDimensions = first.EventDimensions;
        Shape = [.. Broadcasting.Broadcast(mixing.Shape, batch, $"{typeof(TSelf).Name}'s mixing", "its components"), .. EventOf(first)];
    }

    /// <summary>The distribution of the component's index.</summary>
    public Categorical Mixing { get; }

    /// <inheritdoc/>
    public override long[] Shape { get; }

    /// <inheritdoc/>
    public override int EventDimensions { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized
        => EventDimensions == 0 && HasConnectedSupport && Array.TrueForAll(Parts, p => p.IsReparameterized && p.HasDifferentiableCdf);

    /// <inheritdoc/>
    internal override bool HasAtoms => Array.Exists(Parts, part => part.HasAtoms);

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => IsReparameterized;

    /// <summary>Σ_k w_k m_k, with the components' means m.</summary>
    public override Tensor Mean => OfParts("mean", (weights, mean, _) => (weights * mean).sum(At));

    /// <summary>Σ_k w_k (v_k + (m_k − m)²), with the components' means and variances and the mixture's mean m.</summary>
    public override Tensor Variance => OfParts(
        "variance", (weights, mean, variance) => (weights * (variance() + (mean - (weights * mean).sum(At, keepdim: true)).square())).sum(At));

    /// <summary>Whether every value between two possible ones is possible: the quantile, along which draws move, has no jumps.</summary>
    private protected abstract bool HasConnectedSupport { get; }

    /// <summary>Where the components are: before the event.</summary>
    private protected int At => -1 - EventDimensions;

    private protected Distribution[] Parts { get; }

    /// <summary>The shape without the event.</summary>
    private protected long[] Batch => Shape[..^EventDimensions];

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(sampleShape);
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        var index = Mixing.Expand(Batch).Sample(sampleShape, generator);
        var all = DrawAll(Batch, sampleShape, generator);
        var choice = index.reshape([.. shape[..^EventDimensions], .. Enumerable.Repeat(1L, EventDimensions + 1)]);
        long[] one = [.. shape[..^EventDimensions], 1, .. shape[^EventDimensions..]];
        return all.gather(all.dim() + At, choice.expand(one)).squeeze(At);
    }

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        if (!IsReparameterized) return base.RSample(sampleShape, generator);
        var draw = Sample(sampleShape, generator);
        var probability = Cdf(draw);
        var density = LogProb(draw).exp().detach().clamp_min(finfo(draw.dtype).tiny);

        // The differences are 0: the draw keeps its value and gets the gradient. Two steps of the chord method towards the same probability have
        // the second derivative too.
        var moved = draw - NoiseMemory.Differential(probability) / density;
        return moved.requires_grad ? moved - (Cdf(moved) - probability.detach()) / density : moved;
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var logs = LogProbOfAll(value);
        var density = Mixing.IsLogits ? (Mixing.LogProbs + logs).LogSumExp() : logs.LogWeightedSum(Mixing.Probs);
        return Expanded(density, full[..^EventDimensions]);
    }

    /// <summary>Σ_k w_k F_k(x), with the components' distribution functions F.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value) => EventDimensions > 0
        ? base.Cdf(value)
        : Expanded((Mixing.Probs * CdfOfAll(value)).sum(-1), FullShape(value));

    /// <summary>−Σ p log p over the support, where it is finite.</summary>
    /// <exception cref="NotSupportedException">It is not.</exception>
    public override Tensor Entropy() => HasEnumerableSupport
        ? CountMath.EntropyBySum(this).expand(Batch)
        : throw new NotSupportedException($"{Name} has no entropy in closed form.");

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault()
        => Mixing.FindParameterFault() ?? Parts.Select(p => p.FindParameterFault()).FirstOrDefault(fault => fault is not null);

    /// <summary>The components' log-densities, with K as the last dimension.</summary>
    private protected abstract Tensor LogProbOfAll(Tensor value);

    /// <summary>The components' distribution functions, with K as the last dimension.</summary>
    private protected abstract Tensor CdfOfAll(Tensor value);

    /// <summary>A draw of each component: [sample, batch, K, event].</summary>
    private protected abstract Tensor DrawAll(long[] batch, long[] sampleShape, Generator? generator);

    /// <summary>A moment of each component: [batch, K, event].</summary>
    private protected abstract Tensor MomentOfAll(Func<Distribution, Tensor> moment);

    /// <summary>The first entry to which no component gives a density.</summary>
    private protected ValueFault? FindExcluded(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var isPossible = LogProb(value).gt(double.NegativeInfinity);
        var entries = value.expand(FullShape(value));

        // The first entry of an event stands for it.
        for (var i = 0; i < EventDimensions; i++) entries = entries.select(-1, 0);
        return ValueCheck.First(entries, isPossible, "value", $"{Name} needs a value that a component can have");
    }

    private static long[] EventOf(Distribution d) => d.Shape[^d.EventDimensions..];

    private Tensor OfParts(string moment, Func<Tensor, Tensor, Func<Tensor>, Tensor> combine)
    {
        try
        {
            var probs = Mixing.Probs;
            var weights = probs.reshape([.. probs.shape, .. Enumerable.Repeat(1L, EventDimensions)]);
            return combine(weights, MomentOfAll(d => d.Mean), () => MomentOfAll(d => d.Variance)).expand(Shape);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"{Name} has no {moment}: {e.Message}", e);
        }
    }
}

/// <summary>Sums of densities over the last dimension, on the scale of logarithms, in which terms may be impossible.</summary>
internal static class MixtureMath
{
    // Its exponential is finite in float32.
    private const double MostLog = 80;

    /// <summary>log Σ exp over the last dimension; −∞ with gradient 0 where every term is −∞.</summary>
    public static Tensor LogSumExp(this Tensor logs)
    {
        var isPossible = logs.ne(double.NegativeInfinity).any(-1);
        var sum = where(isPossible.unsqueeze(-1), logs, zeros_like(logs)).logsumexp(-1);
        return sum.WhereInside(isPossible);
    }

    /// <summary>log Σ w exp over the last dimension: with its gradient where a weight is 0.</summary>
    public static Tensor LogWeightedSum(this Tensor logs, Tensor weights)
    {
        var largest = where(weights.gt(0), logs, full_like(logs, double.NegativeInfinity)).amax([-1], true).detach();
        var shift = where(largest.isinf(), zeros_like(largest), largest);

        // Only a term of weight 0 can be above the shift; what is cut of it would be infinite.
        var sum = (weights * (logs - shift).clamp_max(MostLog).exp()).sum(-1);
        var isPossible = sum.ne(0);
        return (where(isPossible, sum, ones_like(sum)).log() + shift.squeeze(-1)).WhereInside(isPossible);
    }
}
