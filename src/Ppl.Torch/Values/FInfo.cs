namespace TorchSharp;

public static partial class torch
{
    public static FInfo finfo() => finfo(defaultType);

    public static FInfo finfo(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => new FInfo(16, 0.0009765625, 65504, 6.103515625e-05, 0.001),
        ScalarType.BFloat16 => new FInfo(16, 0.0078125, BFloat16.MaxValue.ToSingle(), BFloat16.MinNormal.ToSingle(), 0.01),
        ScalarType.Float32 or ScalarType.ComplexFloat32 => new FInfo(32, 1.1920928955078125e-07, float.MaxValue, 1.17549435082228751e-38, 1e-06),
        ScalarType.Float64 or ScalarType.ComplexFloat64 => new FInfo(64, 2.220446049250313e-16, double.MaxValue, 2.2250738585072014e-308, 1e-15),
        _ => throw new ArgumentException($"{dtype} is not a floating point type", nameof(dtype)),
    };

    /// <summary>The limits of a floating point type.</summary>
    public struct FInfo
    {
        public int bits;
        public double eps;
        public double max;
        public double min;
        public double tiny;
        public double smallest_normal;
        public double resolution;

        internal FInfo(int bits, double eps, double max, double tiny, double resolution)
        {
            this.bits = bits;
            this.eps = eps;
            this.max = max;
            min = -max;
            this.tiny = tiny;
            smallest_normal = tiny;
            this.resolution = resolution;
        }
    }
}
