using System.Globalization;

namespace Ppl.Inference;

/// <summary>An average of the weights over the steps, in which the noise of single updates cancels. See <see cref="SviSettings.Average"/>.</summary>
public abstract record WeightAverage
{
    private WeightAverage()
    {
    }

    /// <summary>θ̄ ← d θ̄ + (1 − d) θ after each step, from θ̄ = θ after the first: the last 1 / (1 − d) steps or so.</summary>
    /// <remarks>
    /// Source: Polyak and Juditsky 1992, SIAM J. Control Optim. 30(4); with exponential weights Tarvainen and Valpola 2017, arXiv:1703.01780.
    /// </remarks>
    /// <param name="decay">d, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static WeightAverage Exponential(double decay) => decay is > 0 and < 1
        ? new Decaying(decay)
        : throw new ArgumentOutOfRangeException(nameof(decay), decay, "the decay of an average is above 0 and below 1");

    /// <summary>The mean of θ after step <paramref name="from"/> and after every <paramref name="every"/> steps from there (SWA).</summary>
    /// <remarks>Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson 2018, arXiv:1803.05407.</remarks>
    /// <param name="from">The number of the first step that counts, at least 1.</param>
    /// <param name="every">Steps between two that count, at least 1: one epoch's, in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is less than 1.</exception>
    public static WeightAverage Uniform(long from, long every = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new Mean(from, every);
    }

    /// <summary>The weight of the present θ in the average; null where it does not count.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="count">How many are in the average.</param>
    internal abstract double? Share(long step, long count);

    private sealed record Decaying(double Decay) : WeightAverage
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"exponential, decay {Decay}");

        internal override double? Share(long step, long count) => count == 0 ? 1 : 1 - Decay;
    }

    private sealed record Mean(long From, long Every) : WeightAverage
    {
        public override string ToString() => $"mean from step {From}, every {Every}";

        internal override double? Share(long step, long count) =>
            step >= From && (step - From) % Every == 0 ? 1.0 / (count + 1) : null;
    }
}
