using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        private const int Contiguous = 1;
        private const int Leaf = 2;
        private const int RequiresGrad = 4;
        private const int Sparse = 8;
        private const int Quantized = 16;
        private const int Conjugated = 32;
        private const int Negated = 64;

        public long Dimensions => dim();

        public long ndim => dim();

        public long NumberOfElements => numel();

        public long ElementSize => element_size();

        public long[] shape => size();

        public ScalarType dtype
        {
            get
            {
                var type = Fault.Check(Native.ppl_tensor_dtype(Handle));
                GC.KeepAlive(this);
                return (ScalarType)type;
            }
        }

        public Device device
        {
            get
            {
                int index;
                var type = (DeviceType)Fault.Check(Native.ppl_tensor_device(Handle, &index));
                GC.KeepAlive(this);
                return type == DeviceType.CPU ? CPU : new Device(type, index);
            }
        }

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_leaf => Is(Leaf);

        public bool is_sparse => Is(Sparse);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool requires_grad
        {
            get => Is(RequiresGrad);
            set
            {
                Fault.Check(Native.ppl_tensor_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public Tensor grad
        {
            get
            {
                IntPtr result;
                Fault.Check(Native.ppl_tensor_grad(Handle, &result));
                GC.KeepAlive(this);
                return Wrap(result);
            }
            set
            {
                Fault.Check(Native.ppl_tensor_set_grad(Handle, value is null ? IntPtr.Zero : value.Handle));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public long dim()
        {
            var dims = Fault.Check(Native.ppl_tensor_dim(Handle));
            GC.KeepAlive(this);
            return dims;
        }

        public long numel()
        {
            var n = Fault.Check(Native.ppl_tensor_numel(Handle));
            GC.KeepAlive(this);
            return n;
        }

        public long element_size()
        {
            var size = Fault.Check(Native.ppl_tensor_itemsize(Handle));
            GC.KeepAlive(this);
            return size;
        }

        public long[] size()
        {
            var sizes = new long[dim()];
            fixed (long* p = sizes) Fault.Check(Native.ppl_tensor_sizes(Handle, p));
            GC.KeepAlive(this);
            return sizes;
        }

        public long size(int dim)
        {
            var sizes = size();
            return sizes[Place(dim, sizes.Length)];
        }

        public long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* p = strides) Fault.Check(Native.ppl_tensor_strides(Handle, p));
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim)
        {
            var strides = stride();
            return strides[Place(dim, strides.Length)];
        }

        public long storage_offset()
        {
            var offset = Fault.Check(Native.ppl_tensor_offset(Handle));
            GC.KeepAlive(this);
            return offset;
        }

        public bool is_contiguous() => Is(Contiguous);

        public bool is_quantized() => Is(Quantized);

        public bool is_conj() => Is(Conjugated);

        public bool is_neg() => Is(Negated);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>The memory of the values and its length in bytes; the caller keeps the tensor alive while it uses it.</summary>
        internal void* DataPointer(out long bytes)
        {
            void* pointer;
            fixed (long* length = &bytes) Fault.Check(Native.ppl_tensor_data(Handle, &pointer, length));
            GC.KeepAlive(this);
            return pointer;
        }

        private bool Is(int flag)
        {
            var flags = Fault.Check(Native.ppl_tensor_flags(Handle));
            GC.KeepAlive(this);
            return (flags & flag) != 0;
        }

        private static long Place(long dim, int dims)
        {
            if (dim < -dims || dim >= dims)
            {
                throw new ExternalException(
                    $"Dimension out of range (expected to be in range of [{-Math.Max(dims, 1)}, {Math.Max(dims, 1) - 1}], but got {dim})");
            }
            return dim < 0 ? dim + dims : dim;
        }
    }
}
