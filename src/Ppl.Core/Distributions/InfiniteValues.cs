using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Densities at values that may be infinite: −∞ there, without a gradient, whatever the formula has.</summary>
internal static class InfiniteValues
{
    /// <summary>A log-density of finite values, and −∞ where an event has an infinite number and no NaN. The formula never sees one.</summary>
    /// <param name="value">The value: [rows, event]. It broadcasts with the density.</param>
    /// <param name="density">The formula. On the CPU it has the value itself where all are finite.</param>
    /// <param name="eventDimensions">How many dimensions the value has that the density has not.</param>
    public static Tensor AtFinite(this Tensor value, Func<Tensor, Tensor> density, int eventDimensions = 0)
    {
        if (IsFinite(value)) return density(value);
        var (isInfinite, isNaN) = (value.detach().isinf(), value.detach().isnan());
        var found = density(value.masked_fill(isInfinite, 0));
        for (var i = 0; i < eventDimensions; i++) (isInfinite, isNaN) = (isInfinite.any(-1), isNaN.any(-1));
        return found.masked_fill(isInfinite.logical_and(isNaN.logical_not()), double.NegativeInfinity);
    }

    /// <summary>The same of a density that is summed as <see cref="EventSum.Of"/> does.</summary>
    /// <param name="value">The value.</param>
    /// <param name="full">The whole shape.</param>
    /// <param name="leading">How many dimensions the sum keeps.</param>
    /// <param name="density">The sum.</param>
    public static Tensor SumAtFinite(this Tensor value, long[] full, int leading, Func<Tensor, Tensor> density)
    {
        if (IsFinite(value)) return density(value);
        var isInfinite = value.detach().isinf();
        var found = density(value.masked_fill(isInfinite, 0));
        var infinities = where(isInfinite, double.NegativeInfinity, zeros_like(isInfinite, found.dtype));
        return found + EventSum.Of(infinities, full, leading);
    }

    // A device would be waited for: there the answer is no.
    private static bool IsFinite(Tensor value) => !is_floating_point(value) || value.IsWithin(double.MinValue, double.PositiveInfinity);
}
