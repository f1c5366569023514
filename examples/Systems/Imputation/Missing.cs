using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>What is taken out of data, and how far off what is put in its place is.</summary>
public static class Missing
{
    /// <summary>Ways to take pixels out, by name: each gives true for what stays, [images, height · width].</summary>
    public static IReadOnlyList<(string Name, Func<long, long, long, Tensor> Seen)> Kinds { get; } =
    [
        ("half of the pixels at random", (count, height, width) => rand(count, height * width).lt(0.5)),
        ("the lower right quarter", (count, height, width) => Without(count, height, width, height / 2, width / 2)),
        ("the lower half", (count, height, width) => Without(count, height, width, height / 2, 0)),
    ];

    /// <summary>The root of the mean squared error over what is missing.</summary>
    /// <param name="truth">The whole data.</param>
    /// <param name="filled">What stands in their place.</param>
    /// <param name="seen">True for what was observed.</param>
    public static double RootMeanSquare(Tensor truth, Tensor filled, Tensor seen) =>
        (truth - filled).masked_select(seen.logical_not()).to(float64).square().mean().sqrt().item<double>();

    /// <summary>The share of missing pixels that a threshold at one half gets wrong.</summary>
    /// <param name="truth">Pixels of 0 and 1.</param>
    /// <param name="filled">Their probabilities.</param>
    /// <param name="seen">True for what was observed.</param>
    public static double WrongPixels(Tensor truth, Tensor filled, Tensor seen) =>
        truth.gt(0.5).ne(filled.gt(0.5)).masked_select(seen.logical_not()).to(float64).mean().item<double>();

    /// <summary>The mean and the standard deviation of what is observed of each column, [d].</summary>
    /// <param name="x">[n, d], finite.</param>
    /// <param name="seen">True for what is observed.</param>
    public static (Tensor Mean, Tensor Deviation) Moments(Tensor x, Tensor seen)
    {
        var (mask, count) = (seen.to(x.dtype), seen.to(x.dtype).sum([0]));
        var mean = (x * mask).sum([0]) / count;
        return (mean, (((x - mean) * mask).square().sum([0]) / count).sqrt());
    }

    private static Tensor Without(long count, long height, long width, long row, long column)
    {
        var seen = ones(height, width, ScalarType.Bool);
        seen.narrow(0, row, height - row).narrow(1, column, width - column).fill_(false);
        return seen.reshape(1, height * width).expand(count, -1).contiguous();
    }
}
