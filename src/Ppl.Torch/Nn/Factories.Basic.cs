using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Identity Identity() => new();

        public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);

        public static Unflatten Unflatten(long dim, long[] unflattened_size) => new(dim, unflattened_size);

        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device device = null, ScalarType? dtype = null) =>
            new(inputSize, outputSize, hasBias, device, dtype);

        public static Linear Linear(Parameter weight, Parameter bias = null) => new(weight, bias);

        public static Bilinear Bilinear(long in1_features, long in2_features, long out_features, bool hasBias = true, Device device = null,
            ScalarType? dtype = null) => new(in1_features, in2_features, out_features, hasBias, device, dtype);

        public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null,
            double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device device = null, ScalarType? dtype = null) =>
            new(num_embeddings, embedding_dims, new EmbeddingRules(padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse), device,
                dtype);

        public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null,
            double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false,
            Device device = null, ScalarType? dtype = null) =>
            new(embeddings, freeze, new EmbeddingRules(padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse), device, dtype);
    }
}
