using static TorchSharp.torch;

namespace Ppl.Shapes;

/// <summary>Which element types data may have: real numbers, integers, truth values.</summary>
internal static class NumberTypes
{
    /// <summary>Why a type is refused, beginning with its name; null where it is not.</summary>
    public static string? Refusal(ScalarType type) => type switch
    {
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 =>
            $"{type}: no family has complex values; give the real and the imaginary part, or magnitude and angle, as coordinates",
        _ when is_floating_point(type) || is_integral(type) || type == ScalarType.Bool => null,
        _ => $"{type}: quantized numbers must be real ones again first, by dequantize()",
    };
}
