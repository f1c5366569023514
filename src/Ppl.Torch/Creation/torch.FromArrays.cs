using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor with the array's dimensions. It is the array's own memory (pinned while the tensor lives) unless a type or a device
    /// asks for a copy.
    /// </summary>
    public static Tensor from_array(Array rawArray, Device device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(
        Array rawArray, ScalarType? dtype, Device device = null, bool requires_grad = false, string[] names = null) =>
        FromAnyArray(rawArray, dtype, device, requires_grad, names);

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device device = null) => from_array(data, dtype, device);

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device device = null) =>
        (dtype is null || dtype == data.dtype) && device is null ? data.alias() : data.to(dtype ?? data.dtype, device ?? data.device);

    public static Tensor tensor(float real, float imaginary, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        FromScalar((real, imaginary), dtype, device, requires_grad);

    public static Tensor tensor(double real, double imaginary, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        FromScalar(new System.Numerics.Complex(real, imaginary), dtype, device, requires_grad);

    public static Tensor tensor((double, double) scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        FromScalar(new System.Numerics.Complex(scalar.Item1, scalar.Item2), dtype, device, requires_grad);

    /// <summary>A one-dimensional tensor over the array's own memory: what one writes, the other sees.</summary>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var elementSize = dtype.ElementSize();
        var bytes = Buffer.ByteLength(rawArray);
        var first = offset * elementSize;
        if (count < 0) count = (bytes - first) / elementSize;
        if (offset < 0 || first + (count * elementSize) > bytes)
            throw new ArgumentException($"{count} elements from {offset} on do not fit in an array of {bytes} bytes");
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var data = (byte*)pin.AddrOfPinnedObject() + first;
        var handle = Native.ppl_tensor_from_blob(data, &count, 1, (int)dtype, &Unpin, GCHandle.ToIntPtr(pin));
        if (handle == IntPtr.Zero) pin.Free();
        return Finish(Tensor.Wrap(Fault.Check(handle)), requires_grad, null);
    }

    /// <summary>The first <paramref name="size"/> elements of a file of raw numbers; shared ones are written back.</summary>
    public static Tensor from_file(
        string filename, bool? shared = null, long? size = 0, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Finish(Raw.from_file(filename, shared, size, dtype, device), requires_grad, null);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Unpin(IntPtr pin) => GCHandle.FromIntPtr(pin).Free();

    private static unsafe Tensor FromAnyArray(Array values, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        var element = values.GetType().GetElementType();
        if (element is { IsArray: true }) throw new ArgumentException("an array of arrays has no shape; use a rectangular array", nameof(values));
        var own = Tensor.TypeOf(element);
        var size = new long[values.Rank];
        for (var d = 0; d < size.Length; d++) size[d] = values.GetLongLength(d);
        // libtorch and .NET agree on the layout: rectangular arrays are row-major too.
        var pin = GCHandle.Alloc(values, GCHandleType.Pinned);
        var data = Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values));
        IntPtr handle;
        fixed (long* sizes = size) handle = Native.ppl_tensor_from_blob(data, sizes, size.Length, (int)own, &Unpin, GCHandle.ToIntPtr(pin));
        if (handle == IntPtr.Zero) pin.Free();
        return Finish(Fitted(Tensor.Wrap(Fault.Check(handle)), dtype, device), requiresGrad, names);
    }

    /// <summary>The tensor itself, or in its place one of the type and on the device that the caller wants.</summary>
    private static Tensor Fitted(Tensor result, ScalarType? dtype, Device device)
    {
        var target = device ?? defaultDevice;
        if ((dtype is null || dtype == result.dtype) && (target is null || target.type == DeviceType.CPU)) return result;
        using (result) return result.to(dtype ?? result.dtype, target ?? CPU);
    }
}
