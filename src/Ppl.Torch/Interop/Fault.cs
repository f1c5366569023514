using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Turns the shim's reports into exceptions of the kind that TorchSharp throws, with libtorch's message.</summary>
internal static unsafe class Fault
{
    /// <summary>Throws if this thread's last native call failed.</summary>
    internal static void Check()
    {
        var message = Native.ppl_last_error();
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
