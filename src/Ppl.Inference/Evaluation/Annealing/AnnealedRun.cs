using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The chains of one batch of rows through all temperatures.</summary>
/// <remarks>
/// A step size that follows the chain's own past would make the transition depend on how the chain came to be where it is, and the weight
/// would not be unbiased. Chains of their own therefore find a step size for each row and temperature first, and those that are weighed
/// use what was found.
/// </remarks>
internal sealed class AnnealedRun
{
    // Enough for a mean acceptance; they cost as much as any others.
    private const int PilotChains = 4;
    private const int WarmUpMoves = 25;

    // A change of 0.1 in the logarithm of the step size for a chain that always or never moves follows a thousand temperatures.
    private const double LeastGain = 0.1;

    private readonly AnnealingOptions annealing;
    private readonly double[] betas;
    private readonly CancellationToken cancellation;
    private Tensor[] stepSizes = [];

    public AnnealedRun(AnnealingOptions annealing, CancellationToken cancellation)
    {
        (this.annealing, this.cancellation) = (annealing, cancellation);
        betas = annealing.InverseTemperatures();
    }

    /// <summary>Finds the step sizes: those of temperature t, [B], are what the rows had come to when they reached it.</summary>
    /// <param name="densities">Makes the densities of so many chains.</param>
    public void Adapt(Func<int, AnnealedTarget> densities)
    {
        // One temperature is importance sampling: nothing moves.
        if (betas.Length == 2) return;
        var target = densities(Math.Min(annealing.Chains, PilotChains));
        var state = target.Start();
        var logSize = full_like(state.First[0], Math.Log(annealing.StepSize));
        var found = new Tensor[betas.Length];
        for (var t = 1; t < betas.Length - 1; t++)
        {
            for (var moves = t == 1 ? WarmUpMoves : 1; moves > 0; moves--)
            {
                using var scope = NewDisposeScope();
                var (next, acceptance) = HamiltonianMove.Make(target, state, betas[t], logSize.exp(), annealing.LeapfrogSteps);
                var gain = t == 1 ? Math.Max(LeastGain, 1 / Math.Sqrt(WarmUpMoves + 1 - moves)) : LeastGain;
                if (moves == 1) found[t] = logSize.exp().MoveToOuterDisposeScope();
                logSize = (logSize + (gain * (acceptance.mean([0]) - annealing.TargetAcceptance))).MoveToOuterDisposeScope();
                state = Kept(state, next);
            }

            cancellation.ThrowIfCancellationRequested();
        }

        stepSizes = found;
    }

    /// <summary>Takes chains from the first distribution to the posterior.</summary>
    /// <param name="target">The densities.</param>
    /// <returns>log w = Σ (β_t − β_{t−1}) tilt(u_{t−1}), double precision on the CPU, and the mean acceptance of each chain: [K, B].</returns>
    public (Tensor LogWeights, Tensor Acceptance) Forward(AnnealedTarget target) =>
        Run(target, target.Start(), [.. Enumerable.Range(0, betas.Length)]);

    /// <summary>Takes chains from draws of the posterior back to the first distribution.</summary>
    /// <param name="target">The densities.</param>
    /// <param name="posterior">Chains at exact draws.</param>
    /// <returns>As <see cref="Forward"/>: the logarithm of a weight whose mean is 1/p(x).</returns>
    public (Tensor LogWeights, Tensor Acceptance) Reverse(AnnealedTarget target, ChainState posterior) =>
        Run(target, posterior, [.. Enumerable.Range(0, betas.Length).Reverse()]);

    private (Tensor LogWeights, Tensor Acceptance) Run(AnnealedTarget target, ChainState state, int[] order)
    {
        var logWeights = zeros(state.First.shape, ScalarType.Float64, CPU);
        var accepted = zeros_like(state.First);
        for (var i = 1; i < order.Length; i++)
        {
            using var scope = NewDisposeScope();
            logWeights.add_((betas[order[i]] - betas[order[i - 1]]) * state.Tilt.cpu().to(ScalarType.Float64));
            if (i == order.Length - 1) break;
            var (next, acceptance) = HamiltonianMove.Make(target, state, betas[order[i]], stepSizes[order[i]], annealing.LeapfrogSteps);
            accepted.add_(acceptance);
            state = Kept(state, next);
            cancellation.ThrowIfCancellationRequested();
        }

        return (logWeights, accepted / Math.Max(1, order.Length - 2));
    }

    /// <summary>Lets the next state outlive its step, and the one before it go.</summary>
    private static ChainState Kept(ChainState before, ChainState next)
    {
        foreach (var tensor in next.Tensors) tensor.MoveToOuterDisposeScope();
        foreach (var tensor in before.Tensors) tensor.Dispose();
        return next;
    }
}
