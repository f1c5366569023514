using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Completes an image by those of the training images whose given part is nearest: a pixel's probability is its share among them.</summary>
/// <param name="missing">y of the training images, [n, d].</param>
/// <param name="given">x of the training images, of 0 and 1.</param>
public sealed class NearestCompletion(Tensor missing, Tensor given)
{
    private const int Chunk = 100;

    /// <summary>The mean of −log p(y | x): pixels are independent given the neighbours, with half a count added for 0 and 1 each.</summary>
    /// <param name="y">What was to be completed.</param>
    /// <param name="x">What was given.</param>
    /// <param name="neighbours">How many training images.</param>
    public double NegativeLogLikelihood(Tensor y, Tensor x, int neighbours)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(x);
        var total = 0.0;
        for (long row = 0; row < y.shape[0]; row += Chunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Chunk, y.shape[0] - row);
            var (truth, p) = (y.narrow(0, row, count), Probabilities(x.narrow(0, row, count), neighbours));
            total -= ((truth * p.log()) + ((1 - truth) * (1 - p).log())).sum().to(float64).item<double>();
        }

        return total / y.shape[0];
    }

    private Tensor Probabilities(Tensor x, int neighbours)
    {
        var distances = given.sum([1]) - (2 * x.matmul(given.t()));         // and the number of ones of x, which moves no order
        var nearest = distances.topk(neighbours, 1, largest: false).Item2;
        var votes = missing.index_select(0, nearest.flatten()).reshape(x.shape[0], neighbours, -1).sum([1]);
        return (votes + 0.5) / (neighbours + 1.0);
    }
}
