using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Arithmetic on parameters in which numbers stay numbers, in double precision, as long as they meet no tensor.</summary>
internal static class ParameterMath
{
    public static TensorOrScalar Square(this TensorOrScalar a)
        => a.IsScalar ? a.Scalar * a.Scalar : (TensorOrScalar)a.Tensor.square();

    public static TensorOrScalar Plus(this TensorOrScalar a, TensorOrScalar b)
    {
        if (b.Is(0)) return a;
        if (a.Is(0)) return b;
        if (a.IsScalar) return b.IsScalar ? a.Scalar + b.Scalar : (TensorOrScalar)(b.Tensor + a.Scalar);
        return b.IsScalar ? a.Tensor + b.Scalar : a.Tensor + b.Tensor;
    }

    public static TensorOrScalar Minus(this TensorOrScalar a, TensorOrScalar b)
    {
        if (b.IsScalar) return a.Plus(-b.Scalar);
        return a.IsScalar ? a.Is(0) ? -b.Tensor : a.Scalar - b.Tensor : a.Tensor - b.Tensor;
    }

    public static TensorOrScalar Times(this TensorOrScalar a, double b)
    {
        if (b == 1) return a;
        return a.IsScalar ? a.Scalar * b : (TensorOrScalar)(a.Tensor * b);
    }

    public static TensorOrScalar Times(this TensorOrScalar a, TensorOrScalar b)
    {
        if (b.IsScalar) return a.Times(b.Scalar);
        return a.IsScalar ? b.Times(a.Scalar) : a.Tensor * b.Tensor;
    }

    public static TensorOrScalar Over(this TensorOrScalar a, TensorOrScalar b)
    {
        if (b.IsScalar) return a.IsScalar ? a.Scalar / b.Scalar : a.Times(1 / b.Scalar);
        return a.IsScalar ? a.Scalar / b.Tensor : a.Tensor / b.Tensor;
    }

    public static TensorOrScalar Log(this TensorOrScalar a) => a.IsScalar ? Math.Log(a.Scalar) : (TensorOrScalar)a.Tensor.log();

    public static TensorOrScalar Exp(this TensorOrScalar a) => a.IsScalar ? Math.Exp(a.Scalar) : (TensorOrScalar)a.Tensor.exp();

    public static Tensor TimesParameter(this Tensor x, TensorOrScalar a) => a.Is(1) ? x : a.IsScalar ? x * a.Scalar : x * a.Tensor;

    public static Tensor OverParameter(this Tensor x, TensorOrScalar a) => a.Is(1) ? x : a.IsScalar ? x / a.Scalar : x / a.Tensor;

    public static Tensor PlusParameter(this Tensor x, TensorOrScalar a) => a.Is(0) ? x : a.IsScalar ? x + a.Scalar : x + a.Tensor;

    public static Tensor MinusParameter(this Tensor x, TensorOrScalar a) => a.Is(0) ? x : a.IsScalar ? x - a.Scalar : x - a.Tensor;

    /// <summary>A log-density inside the support, and −∞ outside.</summary>
    public static Tensor WhereInside(this Tensor density, Tensor isInside)
        => density.Or(isInside, double.NegativeInfinity);

    /// <summary>A log-density inside the support, −∞ outside, and NaN where the value has a NaN, which is neither.</summary>
    /// <param name="density">Inside; anything elsewhere.</param>
    /// <param name="isInside">Where the value is in the support; of a NaN it says no.</param>
    /// <param name="value">The value: [rows, event]. It broadcasts with the density.</param>
    /// <param name="eventDimensions">How many dimensions it has that the density has not.</param>
    public static Tensor WhereInside(this Tensor density, Tensor isInside, Tensor value, int eventDimensions = 0)
    {
        if (isInside.HoldsEverywhere(density)) return density;
        var isNaN = value.detach().isnan();
        for (var i = 0; i < eventDimensions; i++) isNaN = isNaN.any(-1);
        return where(isInside, density, full_like(density, double.NegativeInfinity).masked_fill(isNaN, double.NaN));
    }

    /// <summary>Where x ≥ a. A number is compared as it is, whatever the type of x: an integer never makes an integer of it.</summary>
    public static Tensor IsAtLeast(this Tensor x, TensorOrScalar a) => a.IsScalar ? x.ge(a.Scalar) : x.ge(a.Tensor);

    /// <summary>Where x ≤ a, compared in the same way.</summary>
    public static Tensor IsAtMost(this Tensor x, TensorOrScalar a) => a.IsScalar ? x.le(a.Scalar) : x.le(a.Tensor);

    /// <summary>Where x &gt; a, compared in the same way.</summary>
    public static Tensor IsAbove(this Tensor x, TensorOrScalar a) => a.IsScalar ? x.gt(a.Scalar) : x.gt(a.Tensor);

    /// <summary>Where x &lt; a, compared in the same way.</summary>
    public static Tensor IsBelow(this Tensor x, TensorOrScalar a) => a.IsScalar ? x.lt(a.Scalar) : x.lt(a.Tensor);

    /// <summary>Where x equals a, compared in the same way.</summary>
    public static Tensor IsEqualTo(this Tensor x, TensorOrScalar a) => a.IsScalar ? x.eq(a.Scalar) : x.eq(a.Tensor);
}
