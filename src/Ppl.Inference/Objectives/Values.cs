using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Compares what two computations of the same thing gave.</summary>
internal static class Values
{
    /// <summary>Far above rounding, far below what a shift of one coordinate does to statistics over a few rows.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Whether two tensors agree where they meet; what is not finite in both is another check's affair.</summary>
    /// <param name="first">One of them.</param>
    /// <param name="second">The other.</param>
    /// <param name="tolerance">By how much of 1 and of its size each number may differ.</param>
    /// <param name="rounding">By how much each may differ beside that.</param>
    public static bool Same(Tensor? first, Tensor? second, double tolerance, double rounding = 0)
    {
        if (first is null || second is null) return true;
        var (a, b) = (first.detach().cpu().to(ScalarType.Float64), second.detach().cpu().to(ScalarType.Float64));
        var differs = (a - b).abs().gt((tolerance * (1 + a.abs())) + rounding);
        return !TorchSharp.TensorExtensionMethods.ToBoolean(differs.any());
    }
}
