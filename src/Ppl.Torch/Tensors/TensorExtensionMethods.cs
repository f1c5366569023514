using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    public static float ToSingle(this Tensor value) => Number(value).ToSingle();

    public static double ToDouble(this Tensor value) => Number(value).ToDouble();

    public static Half ToHalf(this Tensor value) => Number(value).ToHalf();

    public static BFloat16 ToBFloat16(this Tensor value) => Number(value).ToBFloat16();

    public static sbyte ToSByte(this Tensor value) => Number(value).ToSByte();

    public static byte ToByte(this Tensor value) => Number(value).ToByte();

    public static short ToInt16(this Tensor value) => Number(value).ToInt16();

    public static int ToInt32(this Tensor value) => Number(value).ToInt32();

    public static long ToInt64(this Tensor value) => Number(value).ToInt64();

    public static bool ToBoolean(this Tensor value) => Number(value).ToBoolean();

    public static (float Real, float Imaginary) ToComplexFloat32(this Tensor value) => Number(value).ToComplexFloat32();

    public static (float Real, float Imaginary) ToComplex32(this Tensor value) => Number(value).ToComplexFloat32();

    public static Complex ToComplexFloat64(this Tensor value) => Number(value).ToComplexFloat64();

    public static Complex ToComplex64(this Tensor value) => Number(value).ToComplexFloat64();

    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 or ScalarType.QInt32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new NotSupportedException($"{type}"),
    };

    public static long TotalSize(this IEnumerable<long> shape)
    {
        var result = 1L;
        foreach (var size in shape) result *= size;
        return result;
    }

    private static Scalar Number(Tensor value)
    {
        if (value.numel() != 1) throw new ArgumentException($"Number of elements in the tensor must be 1, not {value.numel()}");
        return value.ToScalar();
    }
}
