using System.Numerics;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The memory of a contiguous CPU tensor as bytes; it is valid as long as the tensor is.</summary>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous()) throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                if (!is_cpu()) throw new InvalidOperationException("Reading bytes from a tensor that is not in CPU memory.");
                return new Span<byte>(DataPointer(out _), checked((int)(numel() * element_size())));
            }
            set
            {
                if (!is_contiguous()) throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                if (value.Length != numel() * element_size())
                    throw new ArgumentException($"Mismatched data sizes in SetBytes(): {value.Length} bytes for {numel() * element_size()}.");
                value.CopyTo(bytes);
                GC.KeepAlive(this);
            }
        }

        /// <summary>A view of the values as .NET numbers. Indexing goes through strides, so it works on any CPU tensor.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            CheckType(typeof(T));
            return new TensorAccessor<T>(this);
        }

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException($"Number of elements in the tensor must be 1, not {numel()}");
            CheckType(typeof(T));
            using var plain = is_cpu() && !is_conj() && !is_neg() ? null : Plain();
            var value = *(T*)(plain ?? this).DataPointer(out _);
            GC.KeepAlive(this);
            return value;
        }

        public Scalar ToScalar()
        {
            var result = Raw.item(this);
            // Keep the tensor's own type: libtorch widens to double and long.
            return dtype switch
            {
                ScalarType.Float32 => (float)result.Real,
                ScalarType.Int32 => (int)result.Integer,
                ScalarType.Int16 => (short)result.Integer,
                ScalarType.Int8 => (sbyte)result.Integer,
                ScalarType.Byte => (byte)result.Integer,
                ScalarType.Float16 => (Half)result.Real,
                ScalarType.BFloat16 => new BFloat16((float)result.Real),
                ScalarType.ComplexFloat32 => ((float)result.Real, (float)result.Imaginary),
                _ => result,
            };
        }

        /// <summary>The <paramref name="i"/>-th value in row-major order, whatever the strides.</summary>
        public T ReadCpuValue<T>(long i) where T : unmanaged
        {
            if (i < 0 || i >= numel()) throw new IndexOutOfRangeException("The index is greater than the number of elements in the tensor");
            return data<T>()[i];
        }

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);

        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public float ReadCpuFloat16(long i) => (float)ReadCpuValue<Half>(i);

        public float ReadCpuBFloat16(long i) => ReadCpuValue<BFloat16>(i).ToSingle();

        /// <summary>The values as they are, one after the other in CPU memory; nothing is copied where they are so already.</summary>
        internal Tensor Plain()
        {
            using var near = cpu();
            using var conjugated = near.resolve_conj();
            using var negated = conjugated.resolve_neg();
            return negated.contiguous();
        }

        internal static ScalarType TypeOf(Type type) =>
            type == typeof(float) ? ScalarType.Float32
            : type == typeof(double) ? ScalarType.Float64
            : type == typeof(long) ? ScalarType.Int64
            : type == typeof(int) ? ScalarType.Int32
            : type == typeof(bool) ? ScalarType.Bool
            : type == typeof(byte) ? ScalarType.Byte
            : type == typeof(sbyte) ? ScalarType.Int8
            : type == typeof(short) ? ScalarType.Int16
            : type == typeof(Half) ? ScalarType.Float16
            : type == typeof(BFloat16) ? ScalarType.BFloat16
            : type == typeof((float, float)) ? ScalarType.ComplexFloat32
            : type == typeof(Complex) ? ScalarType.ComplexFloat64
            : throw new NotSupportedException($"{type} is no element type of a tensor");

        private void CheckType(Type type)
        {
            if (TypeOf(type) != dtype) throw new ArgumentException($"{type.Name} is not compatible with {dtype}");
        }
    }
}
