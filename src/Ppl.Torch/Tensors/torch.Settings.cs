using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    private static bool warnAlways;
    private static Float32MatmulPrecision matmulPrecision = Float32MatmulPrecision.highest;

    public static unsafe string __version__ => Marshal.PtrToStringUTF8((IntPtr)Native.ppl_torch_version());

    public static int get_num_threads() => Fault.Check(Native.ppl_num_threads(0));

    public static int get_num_interop_threads() => Fault.Check(Native.ppl_num_threads(1));

    public static void set_num_threads(int num) => Fault.Check(Native.ppl_set_num_threads(num, 0));

    public static void set_num_interop_threads(int num) => Fault.Check(Native.ppl_set_num_threads(num, 1));

    public static bool cuda_is_available() => false;

    public static bool mps_is_available() => false;

    /// <summary>Only the CPU is behind this provider; asking for it again does nothing.</summary>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType is DeviceType.CPU or DeviceType.META;

    public static Device InitializeDevice(Device device)
    {
        device ??= CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static bool are_deterministic_algorithms_enabled() => (Fault.Check(Native.ppl_deterministic()) & 1) != 0;

    public static bool is_deterministic_algorithms_warn_only_enabled() => (Fault.Check(Native.ppl_deterministic()) & 2) != 0;

    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false)
    {
        var (modeBefore, warnBefore) = (are_deterministic_algorithms_enabled(), is_deterministic_algorithms_warn_only_enabled());
        SetDeterministic(mode, warn_only);
        return new Restore(() => SetDeterministic(modeBefore, warnBefore));
    }

    public static DebugMode get_deterministic_debug_mode() => are_deterministic_algorithms_enabled() ? DebugMode.warn : DebugMode.@default;

    public static IDisposable set_deterministic_debug_mode(DebugMode mode) => use_deterministic_algorithms(mode == DebugMode.warn, warn_only: true);

    public static bool is_warn_always_enabled() => warnAlways;

    public static IDisposable set_warn_always(bool mode = true)
    {
        var before = warnAlways;
        warnAlways = mode;
        return new Restore(() => warnAlways = before);
    }

    public static Float32MatmulPrecision get_float32_matmul_precision() => matmulPrecision;

    /// <summary>Kept for programs that set it: only GPUs compute float products in lower precision.</summary>
    public static IDisposable set_float32_matmul_precision(Float32MatmulPrecision precision)
    {
        var before = matmulPrecision;
        matmulPrecision = precision;
        return new Restore(() => matmulPrecision = before);
    }

    public static bool is_tensor(object obj) => obj is Tensor;

    public static void _assert(bool condition, string message)
    {
        if (!condition) throw new InvalidOperationException(message);
    }

    public static void _assert(Func<bool> condition, string message) => _assert(condition(), message);

    private static void SetDeterministic(bool mode, bool warnOnly) => Fault.Check(Native.ppl_set_deterministic(mode ? 1 : 0, warnOnly ? 1 : 0));

    private sealed class Restore(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }

    public static partial class cuda
    {
        public static bool is_available() => false;

        public static bool is_cudnn_available() => false;

        public static int device_count() => 0;

        public static void manual_seed(long seed)
        {
            // No device to seed.
        }

        public static void manual_seed_all(long seed)
        {
            // No device to seed.
        }

        public static void synchronize(Device device = null)
        {
            // The CPU computes in order.
        }
    }
}
