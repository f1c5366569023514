using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>h ← tanh or relu of W x + b + U h + c (Elman, 1990).</summary>
public sealed class RNN : Module<Tensor, Tensor, (Tensor, Tensor)>
{
    private readonly RecurrentLayers layers;
    private readonly NonLinearities nonlinearity;

    internal RNN(RecurrentShape shape, NonLinearities nonlinearity, Device device, ScalarType? dtype) : base(nameof(RNN))
    {
        this.nonlinearity = nonlinearity;
        layers = new RecurrentLayers(this, shape, device, dtype);
    }

    public Parameter get_weight_ih(long idx) => Own($"weight_ih_l{idx}");

    public Parameter get_weight_hh(long idx) => Own($"weight_hh_l{idx}");

    public Parameter get_bias_ih(long idx) => Own($"bias_ih_l{idx}");

    public Parameter get_bias_hh(long idx) => Own($"bias_hh_l{idx}");

    public new (Tensor, Tensor) call(Tensor input, Tensor h0 = null) => base.call(input, h0);

    public (nn.utils.rnn.PackedSequence, Tensor) call(nn.utils.rnn.PackedSequence input, Tensor h0 = null)
    {
        using var scope = NewDisposeScope();
        var start = h0 is null ? layers.Zeros(input) : input.Sorted(h0);
        var (data, last) = nonlinearity == NonLinearities.Tanh
            ? Raw.rnn_tanh_packed(input.data, input.batch_sizes, start, layers.Weights, layers.HasBias, layers.Count, layers.Dropout,
                training, layers.Bidirectional)
            : Raw.rnn_relu_packed(input.data, input.batch_sizes, start, layers.Weights, layers.HasBias, layers.Count, layers.Dropout,
                training, layers.Bidirectional);
        return (input.With(data).MoveToOuterDisposeScope(), input.Unsorted(last).MoveToOuterDisposeScope());
    }

    public override (Tensor, Tensor) forward(Tensor input, Tensor h0)
    {
        using var zero = h0 is null ? layers.Zeros(input) : null;
        return nonlinearity == NonLinearities.Tanh
            ? Raw.rnn_tanh(input, h0 ?? zero, layers.Weights, layers.HasBias, layers.Count, layers.Dropout, training,
                layers.Bidirectional, layers.BatchFirst)
            : Raw.rnn_relu(input, h0 ?? zero, layers.Weights, layers.HasBias, layers.Count, layers.Dropout, training,
                layers.Bidirectional, layers.BatchFirst);
    }

    /// <summary>Nothing to do: the weights are not packed for a graphics processor.</summary>
    public void flatten_parameters()
    {
    }
}

/// <summary>Gated recurrent units (Cho et al., 2014, arXiv:1406.1078).</summary>
public sealed class GRU : Module<Tensor, Tensor, (Tensor, Tensor)>
{
    private readonly RecurrentLayers layers;

    internal GRU(RecurrentShape shape, Device device, ScalarType? dtype) : base(nameof(GRU))
    {
        layers = new RecurrentLayers(this, shape, device, dtype);
    }

    public new (Tensor, Tensor) call(Tensor input, Tensor h0 = null) => base.call(input, h0);

    public (nn.utils.rnn.PackedSequence, Tensor) call(nn.utils.rnn.PackedSequence input, Tensor h0 = null)
    {
        using var scope = NewDisposeScope();
        var start = h0 is null ? layers.Zeros(input) : input.Sorted(h0);
        var (data, last) = Raw.gru_packed(input.data, input.batch_sizes, start, layers.Weights, layers.HasBias, layers.Count,
            layers.Dropout, training, layers.Bidirectional);
        return (input.With(data).MoveToOuterDisposeScope(), input.Unsorted(last).MoveToOuterDisposeScope());
    }

    public override (Tensor, Tensor) forward(Tensor input, Tensor h0 = null)
    {
        using var zero = h0 is null ? layers.Zeros(input) : null;
        return Raw.gru(input, h0 ?? zero, layers.Weights, layers.HasBias, layers.Count, layers.Dropout, training,
            layers.Bidirectional, layers.BatchFirst);
    }

    /// <inheritdoc cref="RNN.flatten_parameters"/>
    public void flatten_parameters()
    {
    }
}

/// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997).</summary>
public sealed class LSTM : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
{
    private readonly RecurrentLayers layers;

    internal LSTM(RecurrentShape shape, Device device, ScalarType? dtype) : base(nameof(LSTM))
    {
        layers = new RecurrentLayers(this, shape, device, dtype);
    }

    public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public (nn.utils.rnn.PackedSequence, Tensor, Tensor) call(nn.utils.rnn.PackedSequence input, (Tensor, Tensor)? h0_c0 = null)
    {
        using var scope = NewDisposeScope();
        var start = h0_c0 is { } given ? new[] { input.Sorted(given.Item1), input.Sorted(given.Item2) } : Twice(layers.Zeros(input));
        var (data, hidden, cell) = Raw.lstm_packed(input.data, input.batch_sizes, start, layers.Weights, layers.HasBias, layers.Count,
            layers.Dropout, training, layers.Bidirectional);
        return (input.With(data).MoveToOuterDisposeScope(), input.Unsorted(hidden).MoveToOuterDisposeScope(),
            input.Unsorted(cell).MoveToOuterDisposeScope());
    }

    public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
    {
        using var zero = h0_c0 is null ? layers.Zeros(input) : null;
        var start = h0_c0 is { } given ? new[] { given.Item1, given.Item2 } : Twice(zero);
        return Raw.lstm(input, start, layers.Weights, layers.HasBias, layers.Count, layers.Dropout, training, layers.Bidirectional,
            layers.BatchFirst);
    }

    /// <inheritdoc cref="RNN.flatten_parameters"/>
    public void flatten_parameters()
    {
    }

    private static Tensor[] Twice(Tensor tensor) => [tensor, tensor];
}
