using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]
[module: SkipLocalsInit]

namespace TorchSharp.Interop;

/// <summary>The shim's functions (native/ppl_torch.h). All arguments are blittable; faults are reported by <see cref="Fault"/>.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "ppl_torch";

    [LibraryImport(Library)] internal static partial byte* ppl_last_error();
    [LibraryImport(Library)] internal static partial IntPtr ppl_last_managed_fault();
    [LibraryImport(Library)] internal static partial int ppl_end_at_exit();
    [LibraryImport(Library)] internal static partial byte* ppl_torch_version();

    [LibraryImport(Library)] internal static partial IntPtr ppl_operator(byte* name, byte* overload);
    [LibraryImport(Library)] internal static partial int ppl_call(IntPtr op, Arg* args, int count, Arg* results, int capacity);
    [LibraryImport(Library)] internal static partial int ppl_list_free(IntPtr* list);

    [LibraryImport(Library)] internal static partial int ppl_tensor_release(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial IntPtr ppl_tensor_alias(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long ppl_tensor_dim(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_tensor_sizes(IntPtr handle, long* sizes);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_tensor_strides(IntPtr handle, long* strides);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long ppl_tensor_numel(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long ppl_tensor_offset(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_tensor_dtype(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long ppl_tensor_itemsize(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_tensor_device(IntPtr handle, int* index);
    [LibraryImport(Library)] internal static partial int ppl_tensor_flags(IntPtr handle);
    [LibraryImport(Library)] internal static partial int ppl_tensor_data(IntPtr handle, void** data, long* bytes);
    [LibraryImport(Library)] internal static partial int ppl_tensor_set_requires_grad(IntPtr handle, int value);
    [LibraryImport(Library)] internal static partial int ppl_tensor_grad(IntPtr handle, IntPtr* grad);
    [LibraryImport(Library)] internal static partial int ppl_tensor_set_grad(IntPtr handle, IntPtr grad);
    [LibraryImport(Library)]
    internal static partial IntPtr ppl_tensor_from_blob(
        void* data, long* sizes, int dims, int dtype, delegate* unmanaged[Cdecl]<IntPtr, void> release, IntPtr context);

    [LibraryImport(Library)] internal static partial int ppl_tensor_save(IntPtr handle, byte* path);

    [LibraryImport(Library)] internal static partial IntPtr ppl_generator_default();
    [LibraryImport(Library)] internal static partial IntPtr ppl_generator_new(ulong seed);
    [LibraryImport(Library)] internal static partial int ppl_generator_release(IntPtr generator);
    [LibraryImport(Library)] internal static partial int ppl_generator_set_seed(IntPtr generator, ulong seed);
    [LibraryImport(Library)] internal static partial int ppl_generator_seed(IntPtr generator, int fresh, ulong* seed);
    [LibraryImport(Library)] internal static partial IntPtr ppl_generator_state(IntPtr generator);
    [LibraryImport(Library)] internal static partial int ppl_generator_set_state(IntPtr generator, IntPtr state);
    [LibraryImport(Library)] internal static partial int ppl_manual_seed(ulong seed);

    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_set_grad_mode(int enabled);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ppl_inference_mode();
    [LibraryImport(Library)] internal static partial IntPtr ppl_inference_enter(int enabled);
    [LibraryImport(Library)] internal static partial int ppl_inference_leave(IntPtr guard);
    [LibraryImport(Library)] internal static partial int ppl_anomaly();
    [LibraryImport(Library)] internal static partial int ppl_set_anomaly(int enabled, int checkNan);
    [LibraryImport(Library)] internal static partial int ppl_set_deterministic(int mode, int warnOnly);
    [LibraryImport(Library)] internal static partial int ppl_deterministic();
    [LibraryImport(Library)] internal static partial int ppl_set_default_dtype(int dtype);
    [LibraryImport(Library)] internal static partial int ppl_promote_types(int a, int b);
    [LibraryImport(Library)] internal static partial int ppl_num_threads(int interop);
    [LibraryImport(Library)] internal static partial int ppl_set_num_threads(int count, int interop);

    [LibraryImport(Library)]
    internal static partial int ppl_backward(
        IntPtr* tensors, int count, IntPtr* grads, int gradCount, int retain, int create, IntPtr* inputs, int inputCount);
    [LibraryImport(Library)]
    internal static partial int ppl_grad(
        IntPtr* outputs, int count, IntPtr* inputs, int inputCount, IntPtr* grads, int gradCount, int retain, int create, int allowUnused,
        IntPtr* results);
    [LibraryImport(Library)]
    internal static partial IntPtr ppl_node_new(
        delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr*, int, IntPtr*, int, IntPtr*, int> backward,
        delegate* unmanaged[Cdecl]<IntPtr, void> release,
        IntPtr context);
    [LibraryImport(Library)] internal static partial int ppl_node_release(IntPtr node);
    [LibraryImport(Library)]
    internal static partial int ppl_node_connect(
        IntPtr node, IntPtr* inputs, int inputCount, IntPtr* outputs, int outputCount, IntPtr* constant, int constantCount, IntPtr* dirty,
        int dirtyCount, IntPtr* saved, int savedCount, int materialize, IntPtr* results);
    [LibraryImport(Library)] internal static partial int ppl_node_saved(IntPtr node, IntPtr* results, int capacity);
}
