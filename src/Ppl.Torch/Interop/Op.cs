using System.Runtime.CompilerServices;
using System.Text;

namespace TorchSharp.Interop;

/// <summary>
/// An operator of libtorch. Its native handle is looked up at the first call, so an operator that this libtorch lacks costs nothing.
/// </summary>
internal sealed unsafe class Op(string name, string overload)
{
    private IntPtr handle;

    internal IntPtr Handle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => handle != IntPtr.Zero ? handle : Resolve();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IntPtr Resolve()
    {
        fixed (byte* n = Encoding.UTF8.GetBytes(name + "\0"), o = Encoding.UTF8.GetBytes(overload + "\0"))
        {
            handle = Fault.Check(Native.ppl_operator(n, o));
        }
        return handle;
    }
}
