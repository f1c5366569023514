using System.Numerics;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number with the type it was written in; libtorch decides what it becomes beside a tensor.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(Tag kind, torch.ScalarType type, double real, double imaginary, long integer)
    {
        Kind = kind;
        Type = type;
        Real = real;
        Imaginary = imaginary;
        Integer = integer;
    }

    public torch.ScalarType Type { get; }

    internal Tag Kind { get; }

    internal double Real { get; }

    internal double Imaginary { get; }

    internal long Integer { get; }

    public static implicit operator Scalar(byte value) => Whole(torch.ScalarType.Byte, value);

    public static implicit operator Scalar(sbyte value) => Whole(torch.ScalarType.Int8, value);

    public static implicit operator Scalar(short value) => Whole(torch.ScalarType.Int16, value);

    public static implicit operator Scalar(int value) => Whole(torch.ScalarType.Int32, value);

    public static implicit operator Scalar(long value) => Whole(torch.ScalarType.Int64, value);

    public static implicit operator Scalar(Half value) => new(Tag.Double, torch.ScalarType.Float16, (double)value, 0, 0);

    public static implicit operator Scalar(BFloat16 value) => new(Tag.Double, torch.ScalarType.BFloat16, value.ToSingle(), 0, 0);

    public static implicit operator Scalar(float value) => new(Tag.Double, torch.ScalarType.Float32, value, 0, 0);

    public static implicit operator Scalar(double value) => new(Tag.Double, torch.ScalarType.Float64, value, 0, 0);

    public static implicit operator Scalar(bool value) => new(Tag.Bool, torch.ScalarType.Bool, 0, 0, value ? 1 : 0);

    public static implicit operator Scalar((float, float) value) =>
        new(Tag.Complex, torch.ScalarType.ComplexFloat32, value.Item1, value.Item2, 0);

    public static implicit operator Scalar(Complex value) => new(Tag.Complex, torch.ScalarType.ComplexFloat64, value.Real, value.Imaginary, 0);

    public void Dispose()
    {
        // Nothing native is held; TorchSharp's programs dispose their scalars all the same.
    }

    internal double AsDouble() => Kind switch
    {
        Tag.Double or Tag.Complex => Real,
        _ => Integer,
    };

    internal long AsLong() => Kind switch
    {
        Tag.Double or Tag.Complex => (long)Real,
        _ => Integer,
    };

    private static Scalar Whole(torch.ScalarType type, long value) => new(Tag.Int, type, 0, 0, value);
}
