using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum NonLinearities
        {
            ReLU = 0, Tanh = 1,
        }

        public enum Activations
        {
            ReLU = 0, GELU = 1,
        }

        public static RNN RNN(long inputSize, long hiddenSize, long numLayers = 1, NonLinearities nonLinearity = NonLinearities.Tanh,
            bool bias = true, bool batchFirst = false, double dropout = 0.0, bool bidirectional = false, Device device = null,
            ScalarType? dtype = null) =>
            new(new RecurrentShape(inputSize, hiddenSize, numLayers, 1, bias, batchFirst, dropout, bidirectional), nonLinearity, device,
                dtype);

        public static GRU GRU(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false,
            double dropout = 0.0, bool bidirectional = false, Device device = null, ScalarType? dtype = null) =>
            new(new RecurrentShape(inputSize, hiddenSize, numLayers, 3, bias, batchFirst, dropout, bidirectional), device, dtype);

        public static LSTM LSTM(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false,
            double dropout = 0.0, bool bidirectional = false, Device device = null, ScalarType? dtype = null) =>
            new(new RecurrentShape(inputSize, hiddenSize, numLayers, 4, bias, batchFirst, dropout, bidirectional), device, dtype);

        public static RNNCell RNNCell(long inputSize, long hiddenSize, NonLinearities nonLinearity = NonLinearities.Tanh, bool bias = true,
            Device device = null, ScalarType? dtype = null) => new(inputSize, hiddenSize, nonLinearity, bias, device, dtype);

        public static GRUCell GRUCell(long inputSize, long hiddenSize, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(inputSize, hiddenSize, bias, device, dtype);

        public static LSTMCell LSTMCell(long inputSize, long hiddenSize, bool bias = true, Device device = null,
            ScalarType? dtype = null) =>
            new(inputSize, hiddenSize, bias, device, dtype);

        public static MultiheadAttention MultiheadAttention(long embedded_dim, long num_heads, double dropout = 0.0, bool bias = true,
            bool add_bias_kv = false, bool add_zero_attn = false, long? kdim = null, long? vdim = null) =>
            new(new AttentionShape(embedded_dim, num_heads, kdim ?? embedded_dim, vdim ?? embedded_dim, bias, add_bias_kv, add_zero_attn),
                dropout);

        public static EmbeddingBag EmbeddingBag(long num_embeddings, long embedding_dims, double? max_norm = null, double norm_type = 2.0,
            bool scale_grad_by_freq = false, EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false,
            bool include_last_offset = false, long padding_index = -1, Device device = null, ScalarType? dtype = null) =>
            new(num_embeddings, embedding_dims, new EmbeddingRules(padding_index, max_norm, norm_type, scale_grad_by_freq, sparse), mode,
                include_last_offset, device, dtype);

        public static EmbeddingBag EmbeddingBag_from_pretrained(Tensor embeddings, bool freeze = true, double? max_norm = null,
            double norm_type = 2.0, bool scale_grad_by_freq = false, EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false,
            bool include_last_offset = false, long padding_index = -1, Device device = null, ScalarType? dtype = null) =>
            new(embeddings, freeze, new EmbeddingRules(padding_index, max_norm, norm_type, scale_grad_by_freq, sparse), mode,
                include_last_offset, device, dtype);

        public static TransformerEncoderLayer TransformerEncoderLayer(long d_model = 512, long nhead = 8, long dim_feedforward = 2048,
            double dropout = 0.1, Activations activation = Activations.ReLU) =>
            new(new TransformerShape(d_model, nhead, dim_feedforward, dropout, activation));

        public static TransformerEncoder TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers) =>
            new(encoder_layer, num_layers);

        public static TransformerDecoderLayer TransformerDecoderLayer(long d_model = 512, long nhead = 8, long dim_feedforward = 2048,
            double dropout = 0.1, Activations activation = Activations.ReLU) =>
            new(new TransformerShape(d_model, nhead, dim_feedforward, dropout, activation));

        public static TransformerDecoder TransformerDecoder(TransformerDecoderLayer decoder_layer, long num_layers) =>
            new(decoder_layer, num_layers);

        public static Transformer Transformer(long d_model = 512, long nhead = 8, long num_encoder_layers = 6, long num_decoder_layers = 6,
            long dim_feedforward = 2048, double dropout = 0.1, Activations activation = Activations.ReLU) =>
            new(new TransformerShape(d_model, nhead, dim_feedforward, dropout, activation), num_encoder_layers, num_decoder_layers);
    }
}
