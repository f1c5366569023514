using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>A move of Hamiltonian Monte Carlo that leaves f_β invariant, with unit masses, of all chains at once.</summary>
/// <remarks>Source: Neal 2011, arXiv:1206.1901, section 5.</remarks>
internal static class HamiltonianMove
{
    /// <summary>Makes one move.</summary>
    /// <param name="target">The densities.</param>
    /// <param name="state">Where the chains stand.</param>
    /// <param name="beta">The inverse temperature.</param>
    /// <param name="stepSizes">The step size of each row: [B].</param>
    /// <param name="leapfrogs">L.</param>
    /// <returns>Where they stand then, and the probability of acceptance of each chain: [K, B].</returns>
    public static (ChainState State, Tensor Acceptance) Make(
        AnnealedTarget target, ChainState state, double beta, Tensor stepSizes, int leapfrogs)
    {
        var shape = state.First.shape;
        Tensor[] steps = [.. state.Free.Select(u => Spread(stepSizes.expand(shape), u))];
        Tensor[] momenta = [.. state.Free.Select(u => randn_like(u))];
        var kinetic = Kinetic(momenta, shape);
        var (proposed, gradient) = target.Gradient(state.Free, beta);
        for (var l = 0; l < leapfrogs; l++)
        {
            for (var i = 0; i < momenta.Length; i++) momenta[i] = momenta[i] + (0.5 * steps[i] * gradient[i]);
            Tensor[] next = [.. proposed.Free.Select((u, i) => u + (steps[i] * momenta[i]))];
            (proposed, gradient) = target.Gradient(next, beta);
            for (var i = 0; i < momenta.Length; i++) momenta[i] = momenta[i] + (0.5 * steps[i] * gradient[i]);
        }

        // A path that has left the numbers is not accepted.
        var end = proposed.At(beta) - Kinetic(momenta, shape);
        var change = end - (state.At(beta) - kinetic);
        var acceptance = where(end.isfinite().logical_and(change.isnan().logical_not()), change.clamp(max: 0).exp(), zeros_like(change));
        var accepted = rand_like(change).lt(acceptance);
        var free = proposed.Free.Zip(state.Free, (after, before) => where(Spread(accepted, before), after, before));
        return (
            new ChainState([.. free], where(accepted, proposed.First, state.First), where(accepted, proposed.Tilt, state.Tilt)),
            acceptance);
    }

    private static Tensor Kinetic(Tensor[] momenta, long[] shape) =>
        momenta.Select(p => 0.5 * p.square().reshape([.. shape, -1]).sum(-1)).Aggregate((sum, one) => sum + one);

    /// <summary>[K, B] to [K·B, 1, ...], with as many dimensions as another tensor.</summary>
    private static Tensor Spread(Tensor each, Tensor like) =>
        each.reshape([like.shape[0], .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);
}
