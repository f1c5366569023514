using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace Ppl.Examples.Iwae;

/// <summary>
/// The learning rates of Burda et al. (2016): 3^i passes at 1e-3 · 10^(−i/7) for i = 0 to 7, 3280 passes in all. A smaller budget keeps
/// each stage's share of the steps.
/// </summary>
internal static class Schedule
{
    /// <summary>Passes over the data in the paper.</summary>
    public const int FullEpochs = 3280;

    private const int Stages = 8;

    /// <summary>The stage, 0 to 7, at a fraction of the training in [0, 1].</summary>
    public static int Stage(double progress)
    {
        // The first i stages take (3^i − 1) / 2 of the 3280 passes.
        var stage = 0;
        while (stage < Stages - 1 && progress * FullEpochs >= (Math.Pow(3, stage + 1) - 1) / 2) stage++;
        return stage;
    }

    /// <summary>
    /// The schedule for an optimizer that starts at 1e-3, advanced once a step. A second training of as many steps has the stages again.
    /// </summary>
    public static Func<Optimizer, LRScheduler> Over(long steps) =>
        optimizer => LambdaLR(optimizer, step => Math.Pow(10, -Stage((double)(step % steps) / steps) / 7.0));
}
