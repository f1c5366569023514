using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>
/// Turns the shim's reports into exceptions of the kind that TorchSharp throws, with libtorch's message. What managed code threw when
/// libtorch called it is thrown on as it is.
/// </summary>
internal static unsafe class Fault
{
    /// <summary>Throws if this thread's last native call failed.</summary>
    internal static void Check()
    {
        // Reading the message ends what the handle stands for.
        var managed = Native.ppl_last_managed_fault();
        var exception = managed == IntPtr.Zero ? null : (Exception)GCHandle.FromIntPtr(managed).Target;
        var message = Native.ppl_last_error();
        if (exception != null) ExceptionDispatchInfo.Throw(exception);
        if (message != null) throw new ExternalException(Marshal.PtrToStringUTF8((IntPtr)message));
    }

    [DoesNotReturn]
    internal static void Throw()
    {
        Check();
        throw new ExternalException("libtorch failed without a message");
    }

    internal static int Check(int result)
    {
        if (result < 0) Throw();
        return result;
    }

    internal static long Check(long result)
    {
        if (result < 0) Throw();
        return result;
    }

    internal static IntPtr Check(IntPtr result)
    {
        if (result == IntPtr.Zero) Throw();
        return result;
    }
}
