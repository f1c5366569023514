namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor squeeze(long? dim = null) => dim.HasValue ? Raw.squeeze(this, dim.Value) : Raw.squeeze(this);

        public Tensor squeeze_(long? dim = null) => dim.HasValue ? Raw.squeeze_(this, dim.Value) : Raw.squeeze_(this);

        public (Tensor, Tensor, Tensor) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) =>
            dim.HasValue
                ? Raw.unique_dim(this, dim.Value, sorted, return_inverse, return_counts)
                : Raw._unique2(this, sorted, return_inverse, return_counts);
    }

    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);

    public static Tensor squeeze_(Tensor input, long? dim = null) => input.squeeze_(dim);

    public static (Tensor output, Tensor inverse_indices, Tensor counts) unique(
        Tensor input, bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) =>
        input.unique(sorted, return_inverse, return_counts, dim);

    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Raw.broadcast_tensors(tensors);
}
