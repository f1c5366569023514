using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Reads the numbers of a tensor, wherever it is and of whatever type.</summary>
internal static class Numbers
{
    /// <summary>All elements in row-major order.</summary>
    /// <param name="tensor">The tensor.</param>
    public static double[] Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
