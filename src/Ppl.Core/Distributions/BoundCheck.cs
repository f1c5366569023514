using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Checks two bounds against each other.</summary>
internal static class BoundCheck
{
    /// <summary>A bound of a set of real numbers. A number is checked at once; a tensor's entries, which would have to be read, are not.</summary>
    /// <param name="bound">The bound.</param>
    /// <param name="owner">What it is a bound of, for the message.</param>
    /// <exception cref="PplArgumentException">It is a number that is not finite.</exception>
    public static TensorOrScalar Finite(TensorOrScalar bound, string owner) => !bound.IsScalar || double.IsFinite(bound.Scalar)
        ? bound
        : throw new PplArgumentException($"{owner} needs a finite bound; found {bound}.");

    /// <summary>Refuses numbers that no interval lies between.</summary>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="owner">What they are bounds of, for the message.</param>
    /// <exception cref="PplArgumentException">Low is not below high, or one is not finite.</exception>
    public static void RefuseEmpty(TensorOrScalar low, TensorOrScalar high, string owner)
    {
        if (!low.IsScalar || !high.IsScalar) return;
        if (low.Scalar < high.Scalar && double.IsFinite(low.Scalar) && double.IsFinite(high.Scalar)) return;
        throw new PplArgumentException($"{owner} needs two finite bounds, low below high; found low {low} and high {high}.");
    }

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
