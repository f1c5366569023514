using TorchSharp.Modules;
using static Ppl.Torch.Tests.Modules.ReferenceCase;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

/// <summary>The cases, in the order of reference/make_reference.py.</summary>
internal static partial class ReferenceCases
{
    public static IEnumerable<ReferenceCase> All() =>
        [
            .. Layers(), .. Pools(), .. Norms(), .. RecurrentNetworks(), .. Attention(), .. Tables(), .. Shapes(), .. Activations(),
            .. Losses(),
        ];

    private static IEnumerable<ReferenceCase> Layers() =>
    [
        Of("Linear", () => Linear(3, 4), [5, 3]),
        Of("Linear without bias", () => Linear(3, 4, hasBias: false), [2, 5, 3]),
        Of("Bilinear", () => Bilinear(3, 4, 2), [5, 3], [5, 4]),
        Of("Conv1d", () => Conv1d(2, 3, 3, stride: 2, padding: 1, dilation: 2), [2, 2, 9]),
        Of("Conv1d same", () => Conv1d(2, 3, 4, Padding.Same), [2, 2, 7]),
        Of("Conv1d circular", () => Conv1d(2, 3, 3, padding: 2, padding_mode: PaddingModes.Circular), [2, 2, 7]),
        Of("Conv2d", () => Conv2d(2, 3, 3), [2, 2, 5, 6]),
        Of("Conv2d groups", () => Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups: 2, bias: false), [2, 4, 6, 5]),
        Of("Conv2d reflect", () => Conv2d(2, 3, (3, 3), padding: (1, 2), padding_mode: PaddingModes.Reflect), [1, 2, 4, 5]),
        Of("Conv2d same replicate", () => Conv2d(2, 3, (2, 3), Padding.Same, padding_mode: PaddingModes.Replicate), [1, 2, 4, 5]),
        Of("Conv3d", () => Conv3d(1, 2, 2, padding: 1), [1, 1, 3, 3, 2]),
        Of("ConvTranspose1d", () => ConvTranspose1d(2, 3, 3, stride: 2, padding: 1, output_padding: 1), [2, 2, 4]),
        Of("ConvTranspose2d", () => ConvTranspose2d(4, 2, 3, stride: 2, padding: 1, output_padding: 1, groups: 2), [2, 4, 3, 4]),
        Of("ConvTranspose2d output size", () => ConvTranspose2d(2, 3, 3, stride: 3),
            (m, x) => ((ConvTranspose2d)m).forward(x[0], [7, 8]), [1, 2, 2, 2]),
        Of("ConvTranspose3d", () => ConvTranspose3d(1, 2, 2, stride: 2), [1, 1, 2, 2, 2]),
    ];

    private static IEnumerable<ReferenceCase> Pools() =>
    [
        Of("MaxPool1d", () => MaxPool1d(3, stride: 2, padding: 1), [2, 3, 8]),
        Of("MaxPool2d", () => MaxPool2d(2), [2, 2, 5, 6]),
        Of("MaxPool2d pairs", () => MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2), ceil_mode: true), [1, 2, 6, 7]),
        Of("MaxPool3d", () => MaxPool3d(2), [1, 2, 4, 4, 2]),
        Of("AvgPool1d", () => AvgPool1d(3, 2, 1, count_include_pad: false), [2, 3, 8]),
        Of("AvgPool2d", () => AvgPool2d(3, 2, 1, ceil_mode: true, divisor_override: 5), [2, 2, 6, 6]),
        Of("AvgPool3d", () => AvgPool3d(2), [1, 2, 4, 4, 2]),
        Of("AdaptiveAvgPool1d", () => AdaptiveAvgPool1d(3), [2, 2, 7]),
        Of("AdaptiveAvgPool2d", () => AdaptiveAvgPool2d((3, 2)), [2, 2, 7, 5]),
        Of("AdaptiveMaxPool2d", () => AdaptiveMaxPool2d([3, 2]), [2, 2, 7, 5]),
        Function("MaxUnpool1d", x => Unpooled(MaxPool1d(2).forward_with_indices(x[0]), MaxUnpool1d(2), x[0]), [1, 2, 7]),
        Function("MaxUnpool2d", x => Unpooled(MaxPool2d(2).forward_with_indices(x[0]), MaxUnpool2d(2), x[0]), [1, 2, 5, 6]),
        Function("MaxUnpool3d", x => Unpooled(MaxPool3d(2).forward_with_indices(x[0]), MaxUnpool3d(2), x[0]), [1, 2, 4, 4, 2]),
        Of("LPPool1d", () => LPPool1d(2, 3, 2), [2, 2, 7]) with { Positive = true },
        Of("LPPool2d", () => LPPool2d(3, [2, 3]), [1, 2, 4, 6]) with { Positive = true },
    ];

    private static Tensor Unpooled((Tensor, Tensor) pooled, Module<Tensor, Tensor, long[], Tensor> unpool, Tensor input) =>
        unpool.call(pooled.Item1, pooled.Item2, input.shape);

    private static IEnumerable<ReferenceCase> Norms() =>
    [
        Of("BatchNorm1d train", () => BatchNorm1d(3), [6, 3]),
        Of("BatchNorm1d sequences", () => BatchNorm1d(3, momentum: 0.3, eps: 1e-3), [4, 3, 5]),
        Of("BatchNorm1d eval", () => BatchNorm1d(3), [6, 3]) with { Train = false },
        Of("BatchNorm2d train", () => BatchNorm2d(2), [3, 2, 4, 3]),
        Of("BatchNorm2d without statistics", () => BatchNorm2d(2, affine: false, track_running_stats: false),
            [3, 2, 4, 3]) with { Train = false },
        Of("LayerNorm", () => LayerNorm([4, 3]), [2, 4, 3]),
        Of("LayerNorm plain", () => LayerNorm(3, elementwise_affine: false), [2, 4, 3]),
        Of("GroupNorm", () => GroupNorm(2, 4), [3, 4, 5]),
        Of("InstanceNorm1d", () => InstanceNorm1d(2), [3, 2, 5]),
        Of("InstanceNorm2d", () => InstanceNorm2d(2, affine: true, track_running_stats: true), [3, 2, 4, 3]),
        Of("LocalResponseNorm", () => LocalResponseNorm(3, 0.1, 0.6, 2), [2, 5, 3, 2]),
    ];

    private static IEnumerable<ReferenceCase> RecurrentNetworks() =>
    [
        Of("RNN", () => RNN(3, 4), [5, 2, 3]),
        Of("RNN relu", () => RNN(3, 4, 2, NonLinearities.ReLU, bias: false), [5, 2, 3], [2, 2, 4]),
        Of("GRU", () => GRU(3, 4, 2, bidirectional: true), [5, 2, 3], [4, 2, 4]),
        Of("GRU batch first", () => GRU(3, 4, batchFirst: true), [2, 5, 3]),
        Of("LSTM", () => LSTM(3, 4), [5, 2, 3]),
        Of("LSTM deep", () => LSTM(3, 4, 2, bidirectional: true, batchFirst: true), [2, 5, 3], [4, 2, 4], [4, 2, 4]),
        Of("RNNCell", () => RNNCell(3, 4), [2, 3], [2, 4]),
        Of("RNNCell relu", () => RNNCell(3, 4, NonLinearities.ReLU, bias: false), [2, 3]),
        Of("GRUCell", () => GRUCell(3, 4), [2, 3], [2, 4]),
        Of("LSTMCell", () => LSTMCell(3, 4), [2, 3], [2, 4], [2, 4]),
        new("LSTM packed", () => LSTM(3, 4, bidirectional: true), (m, x) =>
        {
            var packed = torch.nn.utils.rnn.pack_padded_sequence(x[0], torch.tensor(new long[] { 2, 5, 3 }), enforce_sorted: false);
            var (output, hidden, cell) = ((LSTM)m).call(packed);
            return [torch.nn.utils.rnn.pad_packed_sequence(output).Item1, hidden, cell];
        }, [[5, 3, 3]]),
    ];

    private static IEnumerable<ReferenceCase> Attention()
    {
        static Tensor[] Both(Tuple<Tensor, Tensor> pair) => [pair.Item1, pair.Item2];
        static Tensor Causal() => torch.ones(5, 5).triu(1).to(ScalarType.Bool);
        static Tensor Padded() => torch.cat([torch.zeros(8), torch.ones(2)]).to(ScalarType.Bool).reshape(2, 5);
        return
        [
            new("MultiheadAttention", () => MultiheadAttention(4, 2), (m, x) => Both(((MultiheadAttention)m).call(x[0], x[1], x[2])),
                [[3, 2, 4], [5, 2, 4], [5, 2, 4]]),
            new("MultiheadAttention sizes", () => MultiheadAttention(4, 2, kdim: 3, vdim: 5, add_bias_kv: true, add_zero_attn: true),
                (m, x) => Both(((MultiheadAttention)m).call(x[0], x[1], x[2])), [[3, 2, 4], [5, 2, 3], [5, 2, 5]]),
            new("MultiheadAttention masks", () => MultiheadAttention(4, 2, bias: false),
                (m, x) => Both(((MultiheadAttention)m).call(x[0], x[0], x[0], Padded(), attn_mask: Causal())), [[5, 2, 4]]),
            Of("TransformerEncoderLayer", () => TransformerEncoderLayer(4, 2, 6, activation: torch.nn.Activations.GELU),
                (m, x) => ((TransformerEncoderLayer)m).call(x[0], Causal(), Padded()), [5, 2, 4]) with { Train = false },
            Of("Transformer", () => Transformer(4, 2, 2, 1, 6), (m, x) => ((Transformer)m).call(x[0], x[1], null, Causal()),
                [3, 2, 4], [5, 2, 4])
                with { Train = false },
            Function("scaled_dot_product_attention", x => functional.scaled_dot_product_attention(x[0], x[1], x[2]), [2, 4, 3],
                [2, 5, 3], [2, 5, 2]),
        ];
    }

    private static IEnumerable<ReferenceCase> Tables()
    {
        static Tensor[] Rows() => [torch.tensor(new long[] { 0, 3, 1, 4, 3, 3 }).reshape(2, 3)];
        static ReferenceCase Bags(string name, EmbeddingBagMode mode) =>
            Of(name, () => EmbeddingBag(5, 2, mode: mode), (m, x) => ((EmbeddingBag)m).call(x[0])) with { Inputs = Rows };
        return
        [
            Of("Embedding", () => Embedding(5, 2, padding_idx: 3)) with { Inputs = Rows },
            Of("Embedding scaled", () => Embedding(5, 2, max_norm: 0.5, norm_type: 1, scale_grad_by_freq: true)) with { Inputs = Rows },
            Bags("EmbeddingBag sum", EmbeddingBagMode.Sum),
            Bags("EmbeddingBag mean", EmbeddingBagMode.Mean),
            Bags("EmbeddingBag max", EmbeddingBagMode.Max),
            Of("EmbeddingBag offsets", () => EmbeddingBag(5, 2, mode: EmbeddingBagMode.Sum), (m, x) =>
                ((EmbeddingBag)m).call(x[0], torch.tensor(new long[] { 0, 2 }), torch.arange(1.0, 7.0, dtype: ScalarType.Float64)))
                with { Inputs = () => [Rows()[0].reshape(-1)] },
            Function("one_hot", x => functional.one_hot(x[0], 6)) with { Inputs = Rows },
        ];
    }
}
