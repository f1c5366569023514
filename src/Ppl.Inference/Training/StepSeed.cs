using Ppl.Common;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Torch's generator in a state that is a pure function of (seed, purpose, counter), so that no draw depends on the draws before it. It is
/// lent for a step and then given back as it was.
/// </summary>
/// <remarks>
/// The generator belongs to the process: networks with dropout and models that call torch themselves draw from it. Engines on several
/// threads therefore take turns, step by step. A thread that draws from torch outside of any engine meanwhile disturbs the step, and is
/// disturbed by it.
/// </remarks>
internal static class StepSeed
{
    private static readonly Lock Turn = new();

    /// <summary>What the noise is for; streams of different purposes never meet.</summary>
    public enum Purpose
    {
        Training = 1,
        Evaluation = 3,
        Preparation = 4,
    }

    public static ulong Key(long seed, Purpose purpose, long counter) => CounterRandom.Key(seed, -(long)purpose - 1, counter);

    /// <summary>Lends the generator until the result is disposed. May be nested.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the noise is for.</param>
    /// <param name="counter">The step, or the batch's place.</param>
    /// <param name="device">
    /// Where the model is: on CUDA the devices' own generators (Philox, with a seed of 64 bits) are seeded too. TorchSharp has no access to
    /// their state, so that they are left seeded.
    /// </param>
    /// <param name="part">Which part of a step, from 0: each has noise of its own.</param>
    public static Loan Begin(long seed, Purpose purpose, long counter, Device device, int part = 0)
    {
        var key = Key(seed, purpose, counter);
        return new(part == 0 ? key : Key((long)key, purpose, part), device.type == DeviceType.CUDA);
    }

    /// <summary>Keeps other engines waiting until the result is disposed. The generator stays as it is: initial weights are drawn from it.</summary>
    public static Lock.Scope TakeTurn() => Turn.EnterScope();

    /// <summary>The generator, lent.</summary>
    public readonly ref struct Loan : IDisposable
    {
        private readonly ulong key;
        private readonly bool isCuda;
        private readonly Tensor before;

        public Loan(ulong key, bool isCuda)
        {
            (this.key, this.isCuda) = (key, isCuda);
            Turn.Enter();
            try
            {
                before = get_rng_state();
                before.DetachFromDisposeScope();
                Restart();
            }
            catch
            {
                before?.Dispose();
                Turn.Exit();
                throw;
            }
        }

        /// <summary>Begins the same noise again.</summary>
        public void Restart()
        {
            using var state = tensor(MersenneState.Of(key), ScalarType.Byte, CPU);
            set_rng_state(state);
            if (isCuda) cuda.manual_seed_all((long)key);
        }

        public void Dispose()
        {
            try
            {
                set_rng_state(before);
            }
            finally
            {
                before.Dispose();
                Turn.Exit();
            }
        }
    }
}
