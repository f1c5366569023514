using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>Reflections one after the other, x − 2 v vᵀx / |v|²: an orthogonal map, which changes no volume.</summary>
/// <remarks>
/// On top of independent normal coordinates it gives a normal with any covariance. Source: Tomczak and Welling 2016, arXiv:1611.09630.
/// Parameters: <c>numbers.free</c> holds the vectors v.
/// </remarks>
public sealed class Householder : Flow
{
    private readonly ContextParameters numbers;
    private readonly int count;

    /// <summary>A flow with new weights, in the default type.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="count">How many reflections: at least 1. D of them reach every orthogonal matrix.</param>
    /// <param name="context">C, the numbers of a context, on which the vectors depend linearly; 0 for none.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public Householder(long size, int count = 2, long context = 0) : base(nameof(Householder), size, context)
    {
        if (count < 1) throw new PplArgumentException($"Householder has {count} reflections; it needs at least 1.");
        this.count = count;
        numbers = new(randn(count * size), context);
        register_module("numbers", numbers);
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (Reflect(x, Read(context), isReversed: false), x.new_zeros(x.shape[..^1]));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        return (Reflect(y, Read(context), isReversed: true), y.new_zeros(y.shape[..^1]));
    }

    /// <summary>Reflections of x along each of some vectors.</summary>
    /// <param name="x">[..., D].</param>
    /// <param name="vectors">[..., K, D].</param>
    /// <param name="isReversed">Whether the last vector comes first: the inverse.</param>
    internal static Tensor Reflect(Tensor x, Tensor vectors, bool isReversed)
    {
        var count = (int)vectors.shape[^2];
        for (var k = 0; k < count; k++)
        {
            var v = vectors.select(-2, isReversed ? count - 1 - k : k);
            var share = (x * v).sum(-1, keepdim: true) / v.square().sum(-1, keepdim: true).clamp_min(finfo(v.dtype).tiny);
            x = x - (2 * v * share);
        }

        return x;
    }

    private Tensor Read(Tensor? context)
    {
        var all = numbers.Given(context);
        return all.reshape([.. all.shape[..^1], count, Size]);
    }
}
