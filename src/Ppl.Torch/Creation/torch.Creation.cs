using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device device = null, bool requires_grad = false)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.arange);
        call.Add(start);
        call.Add(stop);
        call.Add(step);
        Options(ref call, dtype, device);
        return Finish(ref call, requires_grad, null);
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device device = null, bool requires_grad = false)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.linspace);
        call.Add(start);
        call.Add(end);
        call.Add(steps);
        Options(ref call, dtype, device);
        return Finish(ref call, requires_grad, null);
    }

    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device device = null, bool requires_grad = false)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.logspace);
        call.Add(start);
        call.Add(end);
        call.Add(steps);
        call.Add(@base);
        Options(ref call, dtype, device);
        return Finish(ref call, requires_grad, null);
    }

    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.eye);
        call.Add(rows);
        call.Add(columns == -1 ? rows : columns);
        Options(ref call, dtype, device);
        return Finish(ref call, requires_grad, names);
    }

    public static Tensor empty_strided(
        long[] size, long[] strides, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.empty_strided);
        call.Add(size);
        call.Add(strides);
        Options(ref call, dtype, device);
        return Finish(ref call, requires_grad, names);
    }

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        Like(Factory.zeros_like, input, dtype, device, requires_grad, names);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        Like(Factory.ones_like, input, dtype, device, requires_grad, names);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        Like(Factory.empty_like, input, dtype, device, requires_grad, names);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.full_like);
        call.Add(input);
        call.Add(value);
        Options(ref call, dtype, device);
        var result = Finish(ref call, requires_grad, names);
        GC.KeepAlive(input);
        return result;
    }

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Like(Factory.rand_like, input, dtype, device, requires_grad, null);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Like(Factory.randn_like, input, dtype, device, requires_grad, null);

    public static Tensor randint_like(
        Tensor input, long low, long high, ScalarType? dtype = null, Device device = null, bool requires_grad = false)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.randint_like);
        call.Add(input);
        call.Add(low);
        call.Add(high);
        Options(ref call, dtype, device);
        var result = Finish(ref call, requires_grad, null);
        GC.KeepAlive(input);
        return result;
    }

    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device device = null, bool requires_grad = false, Generator generator = null)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.randperm);
        call.Add(n);
        call.Add(generator);
        Options(ref call, dtype ?? ScalarType.Int64, device);
        var result = Finish(ref call, requires_grad, null);
        GC.KeepAlive(generator);
        return result;
    }

    public static Tensor randperm(long n, Tensor @out, Generator generator = null) =>
        OpCall.Into(@out, randperm(n, dtype: @out.dtype, generator: generator));

    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        Generator generator = null, string[] names = null) =>
        Finish(Raw.normal(mean, std, size, generator, dtype, device), requires_grad, names);

    // The tail that all factories share: dtype, layout, device.
    private static void Options(ref OpCall call, ScalarType? dtype, Device device)
    {
        call.Add(dtype);
        call.AddNone();
        call.Add(device ?? defaultDevice);
    }

    private static Tensor Make(Op op, ReadOnlySpan<long> size, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(op);
        call.Add(size);
        Options(ref call, dtype, device);
        return Finish(ref call, requiresGrad, names);
    }

    private static Tensor Draw(
        Op op, ReadOnlySpan<long> size, Generator generator, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(op);
        call.Add(size);
        call.Add(generator);
        Options(ref call, dtype, device);
        var result = Finish(ref call, requiresGrad, names);
        GC.KeepAlive(generator);
        return result;
    }

    private static Tensor Integers(
        long low, long high, ReadOnlySpan<long> size, Generator generator, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.randint);
        call.Add(low);
        call.Add(high);
        call.Add(size);
        call.Add(generator);
        Options(ref call, dtype ?? ScalarType.Int64, device);
        var result = Finish(ref call, requiresGrad, names);
        GC.KeepAlive(generator);
        return result;
    }

    private static Tensor Fill(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(Factory.full);
        call.Add(size);
        call.Add(value);
        Options(ref call, dtype, device);
        return Finish(ref call, requiresGrad, names);
    }

    private static Tensor Like(Op op, Tensor input, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        Unsafe.SkipInit(out OpCall call);
        call.Begin(op);
        call.Add(input);
        call.Add(dtype);
        call.AddNone();
        call.Add(device);
        var result = Finish(ref call, requiresGrad, names);
        GC.KeepAlive(input);
        return result;
    }

    private static Tensor Finish(ref OpCall call, bool requiresGrad, string[] names) => Finish(call.RunTensor(), requiresGrad, names);

    private static Tensor Finish(Tensor result, bool requiresGrad, string[] names)
    {
        if (names is { Length: > 0 }) throw new NotSupportedException("named dimensions are not supported by Ppl.Torch");
        if (requiresGrad) result.requires_grad = true;
        return result;
    }

    private static Tensor FromScalar<T>(T value, ScalarType? dtype, Device device, bool requiresGrad) where T : unmanaged =>
        FromSpan(new ReadOnlySpan<T>(ref value), [], dtype, device, requiresGrad, null);

    private static ReadOnlySpan<T> Span<T>(IList<T> values) => values switch
    {
        T[] array => array,
        List<T> list => CollectionsMarshal.AsSpan(list),
        _ => values.ToArray(),
    };

    private static unsafe Tensor FromSpan<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<long> size, ScalarType? dtype, Device device, bool requiresGrad, string[] names) where T : unmanaged
    {
        var count = 1L;
        foreach (var s in size) count *= s;
        if (count > values.Length) throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {values.Length}");
        var result = Make(Factory.empty, size, Tensor.TypeOf(typeof(T)), CPU, false, null);
        values[..(int)count].CopyTo(new Span<T>(result.DataPointer(out _), (int)count));
        return Finish(Fitted(result, dtype, device), requiresGrad, names);
    }

    private static unsafe Tensor FromArray<T>(Array values, ScalarType? dtype, Device device, bool requiresGrad, string[] names) where T : unmanaged
    {
        var size = new long[values.Rank];
        for (var d = 0; d < size.Length; d++) size[d] = values.GetLongLength(d);
        // All .NET arrays are row-major, as libtorch's fresh tensors are.
        ref var first = ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values));
        return FromSpan<T>(MemoryMarshal.CreateReadOnlySpan(ref first, values.Length), size, dtype, device, requiresGrad, names);
    }
}
