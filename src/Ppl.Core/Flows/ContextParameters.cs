using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>The numbers that a flow without a network of its own is made of: free ones, to which a context adds linearly.</summary>
/// <remarks>
/// <c>free</c> is [n] and <c>weight</c> [n, C]: n(c) = free + weight · c. A context is features of a network that is trained with the flow, or
/// enters by one.
/// </remarks>
internal sealed class ContextParameters : nn.Module
{
    private const double InitialWeight = 0.01;

    /// <summary>Makes them.</summary>
    /// <param name="start">Where they begin: [n].</param>
    /// <param name="context">C; 0 for free numbers alone.</param>
    public ContextParameters(Tensor start, long context) : base(nameof(ContextParameters))
    {
        // A parameter takes the tensor that it is made of.
        var (count, dtype) = (start.shape[0], start.dtype);
        register_parameter("free", nn.Parameter(start));
        if (context > 0) register_parameter("weight", nn.Parameter(randn(count, context, dtype) * InitialWeight));
    }

    /// <summary>The numbers: [n], or [..., n] given a context.</summary>
    public Tensor Given(Tensor? context)
    {
        var free = get_parameter("free")!;
        return context is null ? free : nn.functional.linear(context, get_parameter("weight")!, free);
    }
}
