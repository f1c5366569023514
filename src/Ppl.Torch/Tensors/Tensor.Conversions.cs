namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Raw.to_dtype(this, type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Raw.to_device(this, device, dtype, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Raw.to_device(this, device, type, non_blocking, copy), disposeAfter);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor mps(bool non_blocking = false) => to(MPS, non_blocking: non_blocking);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @short() => to_type(ScalarType.Int16);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor cfloat() => to_type(ScalarType.ComplexFloat32);

        public Tensor cdouble() => to_type(ScalarType.ComplexFloat64);

        private Tensor After(Tensor result, bool disposeThis)
        {
            if (disposeThis) Dispose();
            return result;
        }
    }

    public static Tensor FloatTensor(Tensor t) => t.@float();

    public static Tensor DoubleTensor(Tensor t) => t.@double();

    public static Tensor LongTensor(Tensor t) => t.@long();

    public static Tensor IntTensor(Tensor t) => t.@int();

    public static Tensor ShortTensor(Tensor t) => t.@short();

    public static Tensor ByteTensor(Tensor t) => t.@byte();

    public static Tensor BoolTensor(Tensor t) => t.@bool();
}
