using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>Hidden layers of the programs' networks.</summary>
internal static class Layers
{
    /// <summary>Linear maps, a rectifier after each: from [n, inputs] to [n, units].</summary>
    /// <param name="inputs">Numbers that the first one sees.</param>
    /// <param name="units">Numbers that each gives.</param>
    /// <param name="depth">How many, at least 1.</param>
    public static Module<Tensor, Tensor> Rectified(long inputs, long units, int depth = 1) => Sequential(
        [.. Enumerable.Range(0, depth).SelectMany(i => new Module<Tensor, Tensor>[] { Linear(i == 0 ? inputs : units, units), ReLU() })]);

    /// <summary>A layer of maxout units, each the largest of some linear maps (Goodfellow et al. 2013, arXiv:1302.4389).</summary>
    /// <param name="inputs">Numbers that it sees.</param>
    /// <param name="units">Numbers that it gives.</param>
    /// <param name="pieces">The linear maps of a unit.</param>
    public static Module<Tensor, Tensor> Maxout(long inputs, long units, int pieces) =>
        Sequential(Linear(inputs, units * pieces), new Largest(pieces));

    private sealed class Largest(int pieces) : Module<Tensor, Tensor>(nameof(Largest))
    {
        public override Tensor forward(Tensor input) => input.unflatten(-1, [-1, pieces]).amax([-1]);
    }
}
