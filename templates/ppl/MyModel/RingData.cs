using Ppl.Data;
using static TorchSharp.torch;

namespace MyModel;

/// <summary>Noisy points of three quarters of a circle.</summary>
public static class RingData
{
    public static Dataset Draw(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var angle = rand(count, generator: generator) * (1.5 * Math.PI);
        var points = stack([angle.cos(), angle.sin()], 1) + (0.1 * randn(count, 2, generator: generator));
        return Dataset.From("ring", ("x", points));
    }
}
