using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Checks two bounds against each other.</summary>
internal static class BoundCheck
{
    /// <summary>The first upper bound that is not above the lower one, or null.</summary>
    /// <param name="family">Whose bounds they are, for the message.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    public static ValueFault? Find(Distribution family, TensorOrScalar low, TensorOrScalar high)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        if (low.IsScalar)
        {
            return ValueCheck.Entries(high, x => x > low.Scalar, x => x.gt(low.Scalar), "high", $"{family.Name} needs high > low", Advice(low.Scalar));
        }

        var ok = low.Tensor.lt(high.AsTensor(low.Tensor));
        return ValueCheck.First(high.AsTensor(low.Tensor).expand(ok.shape), ok, "high", $"{family.Name} needs high > low");

        static string Advice(double number) => FormattableString.Invariant($"low is {number}");
    }
}
