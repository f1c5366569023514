namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor T => Raw.numpy_T(this);

        public Tensor H => Raw.matrix_H(this);

        public Tensor mT => Raw.mT(this);

        public Tensor mH => Raw.mH(this);

        public Tensor real => Raw.real(this);

        public Tensor imag => Raw.imag(this);

        public Tensor SparseIndices => Raw._indices(this);

        public Tensor SparseValues => Raw._values(this);

        public IList<Tensor> nonzero_as_list() => Raw.nonzero_numpy(this);

        /// <summary>Whether shapes and values are the same, as a tensor of one truth value.</summary>
        public Tensor equal(Tensor target) => tensor(Raw.equal(this, target));

        public static Tensor block_diag(params Tensor[] tensors) => torch.block_diag(tensors);

        public static (Tensor values, Tensor indices) kthvalue(Tensor input, long k, long? dim, bool keepdim = false) =>
            input.kthvalue(k, dim, keepdim);

        public Tensor take_along_dim(IEnumerable<long> indices) => TakeAlong(indices, null);

        public Tensor take_along_dim(IEnumerable<long> indices, long dim) => TakeAlong(indices, dim);

        public Tensor[] hsplit(Tensor indices) => hsplit(Places(indices));

        public Tensor[] vsplit(Tensor indices) => vsplit(Places(indices));

        public Tensor[] dsplit(Tensor indices) => dsplit(Places(indices));

        /// <summary>A number for a tensor of no dimension, else nested lists of numbers.</summary>
        public object tolist()
        {
            if (dim() == 0) return ToScalar();
            var result = new List<object>();
            for (var i = 0L; i < size(0); i++)
            {
                using var part = select(0, i);
                result.Add(part.tolist());
            }
            return result;
        }

        internal static long[] Places(Tensor indices)
        {
            using var places = indices.to_type(ScalarType.Int64);
            return places.data<long>().ToArray();
        }

        private Tensor TakeAlong(IEnumerable<long> indices, long? dim)
        {
            using var places = tensor(indices.ToArray());
            return Raw.take_along_dim(this, places, dim);
        }
    }

    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);

    public static Tensor take_along_dim(Tensor input, IEnumerable<long> indices, long dim = 0) => input.take_along_dim(indices, dim);

    public static Tensor[] hsplit(Tensor input, Tensor indices_or_sections) => input.hsplit(indices_or_sections);

    public static Tensor[] dsplit(Tensor input, Tensor indices_or_sections) => input.dsplit(indices_or_sections);

    public static IEnumerable<Tensor> atleast_1d(params Tensor[] input) => Raw.atleast_1d(input);

    public static IEnumerable<Tensor> atleast_2d(params Tensor[] input) => Raw.atleast_2d(input);

    public static IEnumerable<Tensor> atleast_3d(params Tensor[] input) => Raw.atleast_3d(input);

    public static ICollection<Tensor> gradient(Tensor input, int spacing = 1, long? dim = null, int edge_order = 1) =>
        Raw.gradient(input, spacing, dim, edge_order);

    public static ICollection<Tensor> gradient(Tensor input, int spacing = 1, long[] dims = null, int edge_order = 1) =>
        dims is null ? Raw.gradient(input, spacing, (long?)null, edge_order) : Raw.gradient(input, spacing, dims, edge_order);

    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => (ScalarType)Raw.result_type(tensor1, tensor2);

    public static Tensor is_neg(Tensor input) => tensor(input.is_neg());

    public static Tensor matrix_rank(Tensor input, float? tol = null, bool symmetric = false) => Raw.matrix_rank(input, tol, null, symmetric);

    /// <summary>The shape that tensors of these shapes have after broadcasting.</summary>
    public static Size broadcast_shapes(params long[][] shapes)
    {
        var result = new long[shapes.Max(s => s.Length)];
        Array.Fill(result, 1L);
        foreach (var shape in shapes)
        {
            for (var d = 1; d <= shape.Length; d++)
            {
                ref var place = ref result[^d];
                if (shape[^d] == place || shape[^d] == 1) continue;
                if (place != 1) throw new ArgumentException("Shape mismatch: objects cannot be broadcast to a single shape.");
                place = shape[^d];
            }
        }
        return new Size(result);
    }
}
