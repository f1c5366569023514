using Ppl.Common;
using TorchSharp;

namespace Ppl.Inference;

/// <summary>Seeds for torch's generator: one for each (seed, purpose, counter), so that no draw depends on the draws before it.</summary>
internal static class StepSeed
{
    /// <summary>What the noise is for; streams of different purposes never meet.</summary>
    public enum Purpose
    {
        Training = 1,
        HeldOut = 2,
        Evaluation = 3,
        Preparation = 4,
    }

    public static long Of(long seed, Purpose purpose, long counter) =>
        (long)(CounterRandom.Key(seed, -(long)purpose - 1, counter) >> 1);

    /// <summary>Seeds torch's generator.</summary>
    public static void Apply(long seed, Purpose purpose, long counter)
    {
        using var generator = torch.manual_seed(Of(seed, purpose, counter));
    }
}
