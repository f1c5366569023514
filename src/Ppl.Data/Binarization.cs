using System.Globalization;

namespace Ppl.Data;

/// <summary>How grey intensities become the values that a model sees.</summary>
/// <remarks>
/// An intensity p in [0, 1] is read as the probability of a one. The three ways of drawing it give different test likelihoods, so
/// results name the one that was used (Salakhutdinov and Murray 2008; Burda, Grosse and Salakhutdinov 2015, arXiv:1509.00519).
/// </remarks>
public sealed record Binarization
{
    private Binarization(Mode kind, string name, long seed = 0, float level = 0)
    {
        Kind = kind;
        Name = name;
        Seed = seed;
        Level = level;
    }

    internal enum Mode
    {
        None,
        Dynamic,
        Fixed,
        Threshold,
    }

    /// <summary>No binarization: the intensities themselves.</summary>
    public static Binarization None { get; } = new(Mode.None, "grey");

    /// <summary>Fresh Bernoulli(p) draws in each epoch, a pure function of (training seed, epoch, image, pixel).</summary>
    public static Binarization Dynamic { get; } = new(Mode.Dynamic, "binarized dynamically");

    /// <summary>What results call it: "grey", "binarized dynamically", "binarized once (seed 0)", "binarized at 0.5".</summary>
    public string Name { get; }

    internal Mode Kind { get; }

    internal long Seed { get; }

    internal float Level { get; }

    /// <summary>One Bernoulli(p) draw that stays the same in all epochs, a pure function of (seed, image, pixel).</summary>
    /// <param name="seed">The seed of the draw.</param>
    public static Binarization Fixed(long seed)
        => new(Mode.Fixed, string.Create(CultureInfo.InvariantCulture, $"binarized once (seed {seed})"), seed: seed);

    /// <summary>One where p &gt; <paramref name="level"/>, else zero. No randomness.</summary>
    /// <param name="level">The level, in [0, 1).</param>
    public static Binarization Threshold(float level = 0.5f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        return new(Mode.Threshold, string.Create(CultureInfo.InvariantCulture, $"binarized at {level}"), level: level);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
