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
        var rule = $"{family.Name} needs high > low";
        if (low.IsScalar)
        {
            var number = low.Scalar;
            return ValueCheck.Entries(high, x => x > number, x => x.gt(number), "high", rule, FormattableString.Invariant($"low is {number}"));
        }

        var ok = low.Tensor.lt(high.AsTensor(low.Tensor));
        return ValueCheck.First(high.AsTensor(low.Tensor).expand(ok.shape), ok, "high", rule);
    }
}
