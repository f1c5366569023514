using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static bool is_grad_enabled() => Fault.Check(Native.ppl_grad_mode()) != 0;

    public static bool is_inference_mode_enabled() => Fault.Check(Native.ppl_inference_mode()) != 0;

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static IDisposable inference_mode(bool mode = true) => new InferenceGuard(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly bool before = is_grad_enabled();

        internal GradMode(bool enabled) => Fault.Check(Native.ppl_set_grad_mode(enabled ? 1 : 0));

        public void Dispose() => Fault.Check(Native.ppl_set_grad_mode(before ? 1 : 0));
    }

    private sealed class InferenceGuard : IDisposable
    {
        private IntPtr guard;

        internal InferenceGuard(bool mode) => guard = Fault.Check(Native.ppl_inference_enter(mode ? 1 : 0));

        public void Dispose()
        {
            if (guard == IntPtr.Zero) return;
            Fault.Check(Native.ppl_inference_leave(guard));
            guard = IntPtr.Zero;
        }
    }
}
