using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Loads the shim, and libtorch with it, at the first call, and sees to it that the process can end while threads are inside.</summary>
internal static unsafe partial class NativeLoader
{
    private static readonly Lock gate = new();
    private static IntPtr shim;
    private static bool ending;
    [ThreadStatic] private static bool runsExitHandlers;

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255",
        Justification = "It must come before the first native call, whichever that is.")]
    internal static void Register()
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);
        AppDomain.CurrentDomain.ProcessExit += EndAtExit;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Native.Library) return IntPtr.Zero;
        lock (gate)
        {
            if (shim != IntPtr.Zero) return shim;
            if (!ending || runsExitHandlers)
            {
                LeaveSignalsToDotNet();
                shim = NativeLibrary.Load(name, assembly, path);
                if (runsExitHandlers) Fault.Check(Native.ppl_end_at_exit());
                return shim;
            }
        }
        // The process ends without having needed libtorch; loading it beside exit() would not be safe, and nobody waits for this thread.
        Thread.Sleep(Timeout.Infinite);
        return IntPtr.Zero;
    }

    /// <summary>
    /// libtorch's globals are destroyed when a process ends in the usual way, and threads that are inside it then crash. The threads cannot
    /// be stopped (a call may take hours), so that the destructors are left out.
    /// </summary>
    private static void EndAtExit(object sender, EventArgs arguments)
    {
        runsExitHandlers = true;
        lock (gate)
        {
            ending = true;
            if (shim != IntPtr.Zero) Fault.Check(Native.ppl_end_at_exit());
        }
    }

    /// <summary>
    /// .NET turns the signals of null dereferences and of divisions by zero into exceptions. Debian's libtorch 2.x brings UCX (by MPI), which
    /// takes these signals over when it is loaded and ends the process, unless its variable lists none. What the user has set stays.
    /// .NET's own Environment is a copy that native code does not see.
    /// </summary>
    private static void LeaveSignalsToDotNet()
    {
        fixed (byte* name = "UCX_ERROR_SIGNALS"u8, value = "\0"u8) _ = setenv(name, value, 0);
    }

    [LibraryImport("libc")] private static partial int setenv(byte* name, byte* value, int overwrite);
}
