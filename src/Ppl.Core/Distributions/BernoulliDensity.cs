using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Σ (x · l − softplus(l)) over the event, as one operation of the graph: two temporaries forward and one backward.</summary>
/// <remarks>
/// Each element is (x − ½) l − |l| / 2 − log(1 + e^−|l|), which loses nothing to cancellation. The logarithms are taken of products of
/// blocks: a factor 1 + e^−|l| lies in (1, 2], so a block of up to <see cref="LongestBlock"/> stays far from overflow, and its relative
/// rounding error is of the order of a float32 sum's. The gradient for the logits is x − sigmoid(l); there is none for x.
/// </remarks>
internal sealed class BernoulliDensity : autograd.SingleTensorFunction<BernoulliDensity>
{
    // Below it the composed operations are as fast as the call.
    private const long LeastElements = 4096;

    private const long LongestBlock = 64;

    public override string Name => nameof(BernoulliDensity);

    /// <summary>Whether the operation is defined, and worth it, for these tensors.</summary>
    /// <param name="x">The values.</param>
    /// <param name="logits">The logits.</param>
    /// <param name="full">The broadcast shape.</param>
    public static bool Fits(Tensor x, Tensor logits, ReadOnlySpan<long> full)
        => full.Length > 0 && !x.requires_grad && x.dtype == logits.dtype && logits.numel() >= LeastElements
            && logits.dtype is ScalarType.Float32 or ScalarType.Float64 && full.SequenceEqual(logits.shape);

    /// <summary>The sum over all but the first dimensions.</summary>
    /// <param name="x">The values; broadcasts to the logits' shape.</param>
    /// <param name="logits">The logits.</param>
    /// <param name="leading">How many dimensions to keep.</param>
    public static Tensor Sum(Tensor x, Tensor logits, int leading)
        => logits.requires_grad && is_grad_enabled() ? apply(x, logits, leading) : Forward(x, logits, leading);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, logits, leading) = ((Tensor)vars[0], (Tensor)vars[1], (int)vars[2]);
        ctx.save_for_backward([x, logits]);
        return Forward(x, logits, leading);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (x, logits) = (saved[0], saved[1]);
        var gradient = grad_output;
        for (var i = grad_output.dim(); i < logits.dim(); i++) gradient = gradient.unsqueeze(-1);

        // In place only where no second derivative is being recorded.
        var slope = is_grad_enabled() ? (x - logits.sigmoid()) * gradient : logits.sigmoid().neg_().add_(x).mul_(gradient);
        return [null!, slope, null!];
    }

    private static Tensor Forward(Tensor x, Tensor logits, int leading)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var size = logits.abs();
        var linear = ((x - 0.5) * logits).add_(size, -0.5);
        var factors = size.neg_().exp_().add_(1);
        var dimensions = logits.shape;
        var sum = Shapes.EventSum.SumLast(linear, dimensions.Length - leading);
        var block = Block(dimensions[^1]);
        var products = factors.view([.. dimensions[..^1], dimensions[^1] / block, block]).prod(-1);
        return (sum - Shapes.EventSum.SumLast(products.log_(), dimensions.Length - leading)).MoveToOuterDisposeScope();
    }

    /// <summary>The longest divisor of the last dimension that is no longer than a block.</summary>
    private static long Block(long size)
    {
        for (var block = Math.Min(size, LongestBlock); block > 1; block--)
        {
            if (size % block == 0) return block;
        }

        return 1;
    }
}
