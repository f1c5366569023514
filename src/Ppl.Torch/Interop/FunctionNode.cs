using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Interop;

/// <summary>One application of a custom function: runs its forward pass, and its backward pass when the engine asks.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001",
    Justification = "The context holds no native memory and dies with the graph.")]
internal sealed unsafe class FunctionNode(
    Func<AutogradContext, object[], List<Tensor>> forward, Func<AutogradContext, List<Tensor>, List<Tensor>> backward)
{
    private readonly AutogradContext context = new();
    // Which of the arguments are tensors: the engine wants gradients of those alone.
    private bool[] isTensor;

    internal List<Tensor> Apply(object[] arguments)
    {
        isTensor = Array.ConvertAll(arguments, a => a is Tensor { IsInvalid: false });
        var inputs = arguments.OfType<Tensor>().Where(t => !t.IsInvalid).ToList();
        var self = GCHandle.Alloc(this);
        var node = Native.ppl_node_new(&Backward, &Release, GCHandle.ToIntPtr(self));
        if (node == IntPtr.Zero) self.Free();
        Fault.Check(node);
        try
        {
            List<Tensor> outputs;
            using (no_grad()) outputs = forward(context, arguments);
            return Connect(node, inputs, outputs);
        }
        finally
        {
            context.Forget();
            _ = Native.ppl_node_release(node);
        }
    }

    private List<Tensor> Connect(IntPtr node, List<Tensor> inputs, List<Tensor> outputs)
    {
        var results = new IntPtr[outputs.Count];
        var (ins, outs) = (Handles(inputs), Handles(outputs));
        var (fixedOnes, dirty, saved) = (Handles(context.Constant), Handles(context.Dirty), Handles(context.Saved));
        fixed (IntPtr* i = ins, o = outs, c = fixedOnes, d = dirty, s = saved, r = results)
        {
            Fault.Check(Native.ppl_node_connect(
                node, i, ins.Length, o, outs.Length, c, fixedOnes.Length, d, dirty.Length, s, saved.Length,
                context.MaterializeGrads ? 1 : 0, r));
        }
        GC.KeepAlive(inputs);
        GC.KeepAlive(outputs);
        GC.KeepAlive(context);
        var connected = new List<Tensor>(outputs.Count);
        for (var k = 0; k < results.Length; k++)
        {
            connected.Add(Tensor.Wrap(results[k]));
            // The forward pass's own object is replaced by the connected one, unless it is an argument or was saved as such.
            if (outputs[k] is not null && !inputs.Any(x => ReferenceEquals(x, outputs[k]))) outputs[k].Dispose();
        }
        return connected;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Backward(IntPtr self, IntPtr node, IntPtr* grads, int count, IntPtr* results, int capacity, IntPtr* fault)
    {
        try
        {
            using var scope = NewDisposeScope();
            var incoming = new List<Tensor>(count);
            for (var i = 0; i < count; i++) incoming.Add(Tensor.Wrap(grads[i]));
            ((FunctionNode)GCHandle.FromIntPtr(self).Target).Run(node, incoming, new Span<IntPtr>(results, capacity));
            return 0;
        }
        catch (Exception exception)
        {
            // No exception may cross native frames: libtorch carries it to the thread where the backward pass was started.
            *fault = GCHandle.ToIntPtr(GCHandle.Alloc(exception));
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(IntPtr handle) => GCHandle.FromIntPtr(handle).Free();

    private void Run(IntPtr node, List<Tensor> incoming, Span<IntPtr> results)
    {
        context.Node = node;
        try
        {
            var grads = OfTensors(backward(context, incoming));
            // What is written belongs to libtorch, whether this ends well or not.
            for (var i = 0; i < grads.Count; i++) results[i] = grads[i] is null ? IntPtr.Zero : Fault.Check(Native.ppl_tensor_alias(grads[i].Handle));
            GC.KeepAlive(grads);
        }
        finally
        {
            context.Node = IntPtr.Zero;
        }
    }

    private List<Tensor> OfTensors(List<Tensor> grads)
    {
        if ((grads?.Count ?? 0) < isTensor.Length)
        {
            throw new InvalidOperationException(
                $"the backward function returned {grads?.Count ?? 0} gradients for {isTensor.Length} arguments of the forward function");
        }
        var result = new List<Tensor>();
        for (var i = 0; i < isTensor.Length; i++)
        {
            if (isTensor[i]) result.Add(grads[i]);
            else if (grads[i] is not null)
                throw new InvalidOperationException($"the backward function returned a gradient of argument {i}, which is no tensor");
        }
        return result;
    }
}
