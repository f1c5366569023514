using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => Assign([i1], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index([i1, i2]);
            set => Assign([i1, i2], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index([i1, i2, i3]);
            set => Assign([i1, i2, i3], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index([i1, i2, i3, i4]);
            set => Assign([i1, i2, i3, i4], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index([i1, i2, i3, i4, i5]);
            set => Assign([i1, i2, i3, i4, i5], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index([i1, i2, i3, i4, i5, i6]);
            set => Assign([i1, i2, i3, i4, i5, i6], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, i => (TensorIndex)i));
            set => Assign(Array.ConvertAll(indices, i => (TensorIndex)i), value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => Assign(indices, value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var view = View(indices, out var masks);
            if (masks is null) return view;
            var result = Raw.index(view, masks);
            Discard(view);
            return result;
        }

        public Tensor index(params Tensor[] indices) => Raw.index(this, indices);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Raw.index_put_(this, indices, value, accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filled = Fill([], value, dtype, device, false, null);
            return index_put_(filled, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var filled = Fill([], value, dtype, device, false, null);
            return index_put_(filled, indices, false);
        }

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            var view = View(indices, out var masks);
            if (masks is not null) Raw.index_put_(view, masks, value, accumulate);
            else if (accumulate) view.add_(value);
            else CopyInto(view, value);
            Discard(view);
            return this;
        }

        private void Assign(TensorIndex[] indices, Tensor value) => index_put_(value, indices, false);

        // As in Python's x[i] = v: leading dimensions of size one of the value do not count.
        private static void CopyInto(Tensor view, Tensor value)
        {
            var extra = 0;
            var shape = value.shape;
            while (shape.Length - extra > view.dim() && shape[extra] == 1) extra++;
            if (extra == 0)
            {
                view.copy_(value);
                return;
            }
            using var trimmed = value.reshape(shape[extra..]);
            view.copy_(trimmed);
        }

        // The intermediate views are ours alone; `this` itself is not.
        private void Discard(Tensor view)
        {
            if (!ReferenceEquals(view, this)) view.Dispose();
        }

        /// <summary>
        /// Applies integers, slices, None and the ellipsis one dimension after the other. Index tensors are left for one advanced indexing
        /// at the end: <paramref name="masks"/> has them at their dimensions of the view, or is null where there are none.
        /// </summary>
        private Tensor View(TensorIndex[] indices, out Tensor[] masks)
        {
            var given = indices.Sum(Consumes);
            var dims = (int)dim();
            if (given > dims) throw new ExternalException($"too many indices for tensor of dimension {dims}");
            List<Tensor> tensors = null;
            var view = this;
            var at = 0L;
            foreach (var index in indices)
            {
                var next = Step(view, index, ref at, dims - given, ref tensors);
                if (ReferenceEquals(next, view)) continue;
                Discard(view);
                view = next;
            }
            masks = tensors?.ToArray();
            // A caller that gets the result owns it, so it must not be this object.
            return ReferenceEquals(view, this) && masks is null ? alias() : view;
        }

        private static int Consumes(TensorIndex index) => index.Kind switch
        {
            IndexKind.Single or IndexKind.Slice => 1,
            IndexKind.Tensor => index.Mask.dtype is ScalarType.Bool or ScalarType.Byte ? (int)index.Mask.dim() : 1,
            _ => 0,
        };

        private static Tensor Step(Tensor view, TensorIndex index, ref long at, int skipped, ref List<Tensor> tensors)
        {
            switch (index.Kind)
            {
                case IndexKind.Single:
                    return view.select(at, index.Start);
                case IndexKind.Slice:
                    at++;
                    return index is { Start: 0, Stop: null, Step: 1 } ? view : Raw.slice(view, at - 1, index.Start, index.Stop, index.Step);
                case IndexKind.Ellipsis:
                    at += skipped;
                    return view;
                case IndexKind.None or IndexKind.Null:
                    at++;
                    return view.unsqueeze(at - 1);
                case IndexKind.Bool:
                    Place(ref tensors, at++, index.Start != 0 ? torch.zeros(1, ScalarType.Int64) : torch.empty(0, ScalarType.Int64));
                    return view.unsqueeze(at - 1);
                default:
                    Place(ref tensors, at, index.Mask);
                    at += Consumes(index);
                    return view;
            }
        }

        private static void Place(ref List<Tensor> tensors, long at, Tensor mask)
        {
            tensors ??= [];
            while (tensors.Count < at) tensors.Add(null);
            tensors.Add(mask);
        }
    }
}
