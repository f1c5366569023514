using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace Ppl.Torch.Tests.Processes;

/// <summary>Calls every function of the shim with nulls for handles and zeros for numbers, and writes what it answers.</summary>
internal static unsafe class NullHandles
{
    // They keep the callbacks that they are given and call them later, or free what they are given.
    public static readonly string[] Left = ["ppl_node_new", "ppl_tensor_from_blob", "ppl_inference_leave"];

    public static IEnumerable<MethodInfo> Entries =>
        typeof(Native).GetMethods(BindingFlags.NonPublic | BindingFlags.Static).Where(m => m.Name.StartsWith("ppl_", StringComparison.Ordinal));

    public static int Run()
    {
        var room = NativeMemory.AllocZeroed(1024);
        foreach (var entry in Entries.Where(m => !Left.Contains(m.Name)))
        {
            Console.Write($"{entry.Name} ");
            var arguments = entry.GetParameters().Select(p => Null(p.ParameterType, room)).ToArray();
            entry.Invoke(null, arguments);
            Console.WriteLine(Marshal.PtrToStringUTF8((IntPtr)Native.ppl_last_error()));
        }
        return 0;
    }

    private static object Null(Type type, void* room) =>
        type.IsPointer ? Pointer.Box(room, type) : Activator.CreateInstance(type);
}
