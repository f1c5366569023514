using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Interop;

/// <summary>One application of a custom function: runs its forward pass, and its backward pass when the engine asks.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The context holds no native memory and dies with the graph.")]
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
        var node = Fault.Check(Native.ppl_node_new(&Backward, &Release, GCHandle.ToIntPtr(GCHandle.Alloc(this))));
        try
        {
            List<Tensor> outputs;
            using (no_grad()) outputs = forward(context, arguments);
            return Connect(node, inputs, outputs);
        }
        finally
        {
            context.Forget();
            Native.ppl_node_release(node);
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
    private static int Backward(IntPtr self, IntPtr node, IntPtr* grads, int count, IntPtr* results, int capacity)
    {
        var incoming = new List<Tensor>(count);
        try
        {
            for (var i = 0; i < count; i++) incoming.Add(Tensor.Wrap(grads[i]));
            ((FunctionNode)GCHandle.FromIntPtr(self).Target).Run(node, incoming, new Span<IntPtr>(results, capacity));
            return 0;
        }
        catch (Exception fault)
        {
            // No exception may cross native frames: it goes on where the backward pass was started.
            ManagedFault.Keep(fault);
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(IntPtr self) => GCHandle.FromIntPtr(self).Free();

    private void Run(IntPtr node, List<Tensor> incoming, Span<IntPtr> results)
    {
        using var scope = NewDisposeScope();
        foreach (var gradient in incoming.Where(g => g is not null)) scope.Attach(gradient);
        context.Node = node;
        try
        {
            var grads = backward(context, incoming);
            if (grads.Count < isTensor.Length)
            {
                throw new InvalidOperationException(
                    $"the backward function returned {grads.Count} gradients for {isTensor.Length} arguments of the forward function");
            }
            var at = 0;
            for (var i = 0; i < isTensor.Length; i++)
            {
                if (isTensor[i]) results[at++] = grads[i] is null ? IntPtr.Zero : Fault.Check(Native.ppl_tensor_alias(grads[i].Handle));
                else if (grads[i] is not null) throw new InvalidOperationException($"the backward function returned a gradient of argument {i}, which is no tensor");
            }
            GC.KeepAlive(grads);
        }
        finally
        {
            context.Node = IntPtr.Zero;
        }
    }
}
