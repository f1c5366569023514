using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What the forward pass of a custom function leaves for its backward pass.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];
            private List<Tensor> saved = [];

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            /// <summary>A shared_ptr to the graph's node: set only while the backward pass runs.</summary>
            internal IntPtr Node { get; set; }

            internal List<Tensor> Saved => saved;

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> Constant { get; private set; } = [];

            public void save_for_backward(List<Tensor> tensors) => saved = tensors;

            /// <summary>The saved tensors, checked by libtorch for changes in place since they were saved.</summary>
            public unsafe List<Tensor> get_saved_variables()
            {
                if (Node == IntPtr.Zero) throw new InvalidOperationException("get_saved_variables() is for the backward pass");
                var handles = new IntPtr[Fault.Check(Native.ppl_node_saved(Node, null, 0))];
                fixed (IntPtr* h = handles) Fault.Check(Native.ppl_node_saved(Node, h, handles.Length));
                return Array.ConvertAll(handles, Tensor.Wrap).ToList();
            }

            public void save_data(string key, object value) => data[key] = value;

            public object get_data(string key) => data.GetValueOrDefault(key);

            public void mark_dirty(List<Tensor> tensors) => Dirty = tensors;

            public void mark_non_differentiable(List<Tensor> tensors) => Constant = tensors;

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing) Forget();
            }

            /// <summary>libtorch keeps what was saved; the lists of the forward pass would only keep its objects alive.</summary>
            internal void Forget()
            {
                saved = [];
                Dirty = [];
                Constant = [];
            }
        }
    }
}
