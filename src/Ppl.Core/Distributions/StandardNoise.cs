using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Noise without parameters, from which draws are made.</summary>
internal static class StandardNoise
{
    /// <summary>Numbers in the open unit interval: where a generator gives 0, half of its least step.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="like">Gives dtype and device; the default ones when null.</param>
    /// <param name="generator">Where the randomness comes from.</param>
    public static Tensor Uniform(long[] shape, Tensor? like, Generator? generator)
    {
        var type = like?.dtype ?? get_default_dtype();
        return rand(shape, type, like?.device, generator: generator).clamp_min_(LeastStep(type));
    }

    /// <summary>Numbers &gt; 0 with the density exp(−x): where a generator gives 0, the least positive normal number.</summary>
    /// <inheritdoc cref="Uniform"/>
    public static Tensor Exponential(long[] shape, Tensor? like, Generator? generator)
    {
        var type = like?.dtype ?? get_default_dtype();
        return empty(shape, type, like?.device).exponential_(1, generator).clamp_min_(finfo(type).tiny);
    }

    /// <summary>Standard normal numbers.</summary>
    /// <inheritdoc cref="Uniform"/>
    public static Tensor Normal(long[] shape, Tensor? like, Generator? generator)
        => randn(shape, like?.dtype ?? get_default_dtype(), like?.device, generator: generator);

    /// <summary>Half of the least step of uniform numbers: what a 0 stands for, whose logarithm and reciprocal are needed.</summary>
    /// <param name="type">The type of the numbers.</param>
    public static double LeastStep(ScalarType type) => finfo(type).eps / 4;
}
