using static TorchSharp.torch;

namespace Ppl.Examples;

/// <summary>Settings that several of the programs share.</summary>
internal static class Schedules
{
    private const double Least = 0.001;

    /// <summary>The rate falls to a thousandth along half a cosine.</summary>
    /// <param name="steps">The steps of the whole fit.</param>
    public static Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> Cosine(long steps) => optimizer => optim.lr_scheduler.LambdaLR(
        optimizer, step => Least + ((1 - Least) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (double)step / steps)))));
}
