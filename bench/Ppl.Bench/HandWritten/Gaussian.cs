using static TorchSharp.torch;

namespace Ppl.Bench.HandWritten;

/// <summary>Normal log-densities, elementwise, as they are written by hand.</summary>
internal static class Gaussian
{
    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);

    public static Tensor LogDensity(Tensor value, Tensor mean, Tensor scale) =>
        -0.5 * ((value - mean) / scale).pow(2) - scale.log() - HalfLogTwoPi;

    public static Tensor StandardLogDensity(Tensor value) => -0.5 * value.pow(2) - HalfLogTwoPi;
}
