using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// Σ (x · l − softplus(l)) over the event, as one operation of the graph that works through the rows in pieces of the cache's size.
/// </summary>
/// <remarks>
/// Each element is (x − ½) l − |l| / 2 − log(1 + e^−|l|), which loses nothing to cancellation. The logarithms are taken of products of
/// blocks: a factor 1 + e^−|l| lies in (1, 2], so a block of up to <see cref="LongestBlock"/> stays far from overflow, and its relative
/// rounding error is of the order of a float32 sum's. The gradient for the logits is x − sigmoid(l); there is none for x.
/// </remarks>
internal sealed class BernoulliDensity : autograd.SingleTensorFunction<BernoulliDensity>
{
    // Below it the composed operations are as fast as the call.
    private const long LeastElements = 4096;

    // A piece and its temporaries stay in the cache; smaller pieces cost more calls than they save.
    private const long PieceElements = 1 << 17;

    private const long LongestBlock = 64;

    public override string Name => nameof(BernoulliDensity);

    /// <summary>Whether the operation is defined, and worth it, for these tensors.</summary>
    /// <param name="x">The values: the logits' shape, or what remains of it without leading dimensions (the particles).</param>
    /// <param name="logits">The logits.</param>
    /// <param name="leading">How many dimensions to keep.</param>
    public static bool Fits(Tensor x, Tensor logits, int leading)
    {
        var shape = logits.shape;
        var own = x.shape;
        return leading >= 1 && leading < shape.Length && own.Length <= shape.Length && shape.Length - own.Length < leading
            && shape.AsSpan(^own.Length..).SequenceEqual(own) && logits.numel() >= LeastElements
            && x.dtype == logits.dtype && logits.dtype is ScalarType.Float32 or ScalarType.Float64 && !x.requires_grad;
    }

    /// <summary>The sum over all but the first dimensions.</summary>
    /// <param name="x">The values.</param>
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

        // A second derivative needs the operations on record.
        if (is_grad_enabled())
        {
            var weights = grad_output.reshape([.. grad_output.shape, .. Enumerable.Repeat(1L, (int)(logits.dim() - grad_output.dim()))]);
            return [null!, (x - logits.sigmoid()) * weights, null!];
        }

        return [null!, Backward(x, logits, grad_output), null!];
    }

    private static Tensor Forward(Tensor x, Tensor logits, int leading)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (l, data) = Fold(x, logits, leading);
        var result = empty([l.shape[0], l.shape[1]], l.dtype, l.device);
        var centered = data - 0.5;
        var block = Block(l.shape[2]);
        foreach (var piece in Pieces(l.shape))
        {
            using var inner = NewDisposeScope();
            var part = piece.Of(l);
            var size = part.abs();
            var linear = (part * piece.OfData(centered)).add_(size, -0.5).sum(-1);
            var factors = size.neg_().exp_().add_(1);
            if (block > 1) factors = factors.reshape(piece.Particles, piece.Rows, l.shape[2] / block, block).prod(-1);
            piece.Of(result).copy_(linear.sub_(factors.log_().sum(-1)));
        }

        return result.view(logits.shape[..leading]).MoveToOuterDisposeScope();
    }

    private static Tensor Backward(Tensor x, Tensor logits, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var (l, data) = Fold(x, logits, checked((int)weights.dim()));
        var slope = empty(l.shape, l.dtype, l.device);
        var folded = weights.reshape(l.shape[0], l.shape[1], 1);
        foreach (var piece in Pieces(l.shape))
        {
            using var inner = NewDisposeScope();
            piece.Of(slope).copy_(piece.Of(l)).sigmoid_().neg_().add_(piece.OfData(data)).mul_(piece.Of(folded));
        }

        return slope.view(logits.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Logits as [particles, rows, event] and values as [rows, event].</summary>
    private static (Tensor Logits, Tensor Data) Fold(Tensor x, Tensor logits, int leading)
    {
        var shape = logits.shape;
        var particles = shape.Length - checked((int)x.dim());
        var events = EventSum.Count(shape, leading);
        var rows = EventSum.Count(shape.AsSpan(particles..leading), 0);
        return (logits.reshape(-1, rows, events), x.reshape(rows, events));
    }

    private static IEnumerable<Piece> Pieces(long[] shape)
    {
        var (particles, rows, events) = (shape[0], shape[1], shape[2]);
        var most = Math.Max(1, PieceElements / events);
        var rowStep = Math.Min(rows, most);
        var particleStep = Math.Max(1, most / rows);
        for (long k = 0; k < particles; k += particleStep)
        {
            for (long b = 0; b < rows; b += rowStep)
                yield return new(k, Math.Min(particleStep, particles - k), b, Math.Min(rowStep, rows - b));
        }
    }

    /// <summary>The longest divisor of the event's size that is no longer than a block.</summary>
    private static long Block(long size)
    {
        for (var block = Math.Min(size, LongestBlock); block > 1; block--)
        {
            if (size % block == 0) return block;
        }

        return 1;
    }

    private readonly record struct Piece(long FirstParticle, long Particles, long FirstRow, long Rows)
    {
        public Tensor Of(Tensor folded) => folded.narrow(0, FirstParticle, Particles).narrow(1, FirstRow, Rows);

        public Tensor OfData(Tensor data) => data.narrow(0, FirstRow, Rows);
    }
}
