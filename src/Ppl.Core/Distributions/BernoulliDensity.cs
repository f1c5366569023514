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
    {
        using var centered = x.reshape(-1, EventSum.Count(logits.shape, leading)) - 0.5;
        if (!logits.requires_grad || !is_grad_enabled()) return Forward(centered, logits, leading);
        using var sum = apply(centered, logits, leading);
        return InPlaceGuard.Protect(sum, logits);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (centered, logits, leading) = ((Tensor)vars[0], (Tensor)vars[1], (int)vars[2]);
        // The centered values are nobody else's: a change of the values themselves does no harm.
        ctx.save_for_backward([centered, logits]);
        return Forward(centered, logits, leading);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (centered, logits) = (saved[0], saved[1]);
        var weights = grad_output.reshape(-1, centered.shape[0], 1);

        // A second derivative needs the operations on record.
        if (is_grad_enabled())
            return [null!, ((centered + 0.5 - Fold(logits, centered).sigmoid()) * weights).reshape(logits.shape), null!];

        return [null!, Backward(centered, logits, weights), null!];
    }

    private static Tensor Forward(Tensor centered, Tensor logits, int leading)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var sum = InPieces(Fold(logits, centered), 2, (piece, l) => Density(l, piece.OfData(centered)));
        return sum.view(logits.shape[..leading]).MoveToOuterDisposeScope();
    }

    private static Tensor Backward(Tensor centered, Tensor logits, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var negative = weights.neg();
        var slope = InPieces(Fold(logits, centered), 3, (piece, l) => l.sigmoid().sub_(0.5).sub_(piece.OfData(centered)).mul_(piece.Of(negative)));
        return slope.view(logits.shape).MoveToOuterDisposeScope();
    }

    private static Tensor Density(Tensor l, Tensor centered)
    {
        var size = l.abs();
        var linear = (l * centered).add_(size, -0.5).sum(-1);
        var factors = size.neg_().exp_().add_(1);
        var shape = factors.shape;
        var block = Block(shape[2]);
        if (block > 1) factors = factors.reshape(shape[0], shape[1], shape[2] / block, block).prod(-1);
        return linear.sub_(factors.log_().sum(-1));
    }

    /// <summary>What the function makes of each piece, put together to a tensor with the first dimensions of the folded logits.</summary>
    private static Tensor InPieces(Tensor folded, int dimensions, Func<Piece, Tensor, Tensor> function)
    {
        var shape = folded.shape;
        var pieces = Pieces(shape);
        if (pieces.Count == 1) return function(pieces[0], folded);
        var result = empty(shape[..dimensions], folded.dtype, folded.device);
        foreach (var piece in pieces)
        {
            using var scope = NewDisposeScope();
            piece.Of(result).copy_(function(piece, piece.Of(folded)));
        }

        return result;
    }

    /// <summary>Logits as [particles, rows, event], for values as [rows, event].</summary>
    private static Tensor Fold(Tensor logits, Tensor centered) => logits.reshape(-1, centered.shape[0], centered.shape[1]);

    private static List<Piece> Pieces(long[] shape)
    {
        var (particles, rows, events) = (shape[0], shape[1], shape[2]);
        var most = Math.Max(1, PieceElements / events);
        var rowStep = Math.Min(rows, most);
        var particleStep = Math.Max(1, most / rows);
        var pieces = new List<Piece>();
        for (long k = 0; k < particles; k += particleStep)
        {
            for (long b = 0; b < rows; b += rowStep)
                pieces.Add(new(k, Math.Min(particleStep, particles - k), particles, b, Math.Min(rowStep, rows - b), rows));
        }

        return pieces;
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

    private readonly record struct Piece(long FirstParticle, long Particles, long AllParticles, long FirstRow, long Rows, long AllRows)
    {
        public Tensor Of(Tensor folded)
            => OfRows(Particles == AllParticles ? folded : folded.narrow(0, FirstParticle, Particles), 1);

        public Tensor OfData(Tensor data) => OfRows(data, 0);

        private Tensor OfRows(Tensor tensor, long dim) => Rows == AllRows ? tensor : tensor.narrow(dim, FirstRow, Rows);
    }
}
