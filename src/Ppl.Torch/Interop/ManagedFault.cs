using System.Runtime.ExceptionServices;

namespace TorchSharp.Interop;

/// <summary>An exception thrown by managed code that libtorch called: it crosses the native frames here and continues on the other side.</summary>
internal static class ManagedFault
{
    [ThreadStatic] private static Exception pending;

    internal static void Keep(Exception fault) => pending ??= fault;

    internal static void Rethrow()
    {
        if (pending is null) return;
        var fault = pending;
        pending = null;
        // libtorch's own report of it says nothing more.
        _ = ClearNativeReport();
        ExceptionDispatchInfo.Throw(fault);
    }

    private static unsafe bool ClearNativeReport() => Native.ppl_last_error() != null;
}
