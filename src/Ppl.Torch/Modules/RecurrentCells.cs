using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>One step of an RNN.</summary>
public sealed class RNNCell : Module<Tensor, Tensor, Tensor>
{
    private readonly long hiddenSize;
    private readonly NonLinearities nonlinearity;

    internal RNNCell(long inputSize, long hiddenSize, NonLinearities nonlinearity, bool bias, Device device, ScalarType? dtype) :
        base(nameof(RNNCell))
    {
        this.nonlinearity = nonlinearity;
        this.hiddenSize = hiddenSize;
        var bound = 1 / Math.Sqrt(hiddenSize);
        weight_ih = Drawn([hiddenSize, inputSize]);
        weight_hh = Drawn([hiddenSize, hiddenSize]);
        if (bias)
        {
            bias_ih = Drawn([hiddenSize]);
            bias_hh = Drawn([hiddenSize]);
        }

        Parameter Drawn(long[] sizes)
        {
            var parameter = new Parameter(empty(sizes, dtype: dtype, device: device));
            init.uniform_(parameter, -bound, bound);
            return parameter;
        }
    }

    public Parameter weight_ih { get => Own(nameof(weight_ih)); set => Own(nameof(weight_ih), value); }

    public Parameter weight_hh { get => Own(nameof(weight_hh)); set => Own(nameof(weight_hh), value); }

    public Parameter bias_ih { get => Own(nameof(bias_ih)); set => Own(nameof(bias_ih), value); }

    public Parameter bias_hh { get => Own(nameof(bias_hh)); set => Own(nameof(bias_hh), value); }

    public override Tensor forward(Tensor input, Tensor h0 = null)
    {
        using var zero = h0 is null ? Zeros(input) : null;
        return nonlinearity == NonLinearities.Tanh
            ? Raw.rnn_tanh_cell(input, h0 ?? zero, weight_ih, weight_hh, bias_ih, bias_hh)
            : Raw.rnn_relu_cell(input, h0 ?? zero, weight_ih, weight_hh, bias_ih, bias_hh);
    }

    private Tensor Zeros(Tensor input) => zeros([.. input.shape[..^1], hiddenSize], dtype: input.dtype, device: input.device);
}

/// <summary>One step of a GRU.</summary>
public sealed class GRUCell : Module<Tensor, Tensor, Tensor>
{
    private readonly long hiddenSize;

    internal GRUCell(long inputSize, long hiddenSize, bool bias, Device device, ScalarType? dtype) : base(nameof(GRUCell))
    {
        this.hiddenSize = hiddenSize;
        var bound = 1 / Math.Sqrt(hiddenSize);
        weight_ih = Drawn([3 * hiddenSize, inputSize]);
        weight_hh = Drawn([3 * hiddenSize, hiddenSize]);
        if (bias)
        {
            bias_ih = Drawn([3 * hiddenSize]);
            bias_hh = Drawn([3 * hiddenSize]);
        }

        Parameter Drawn(long[] sizes)
        {
            var parameter = new Parameter(empty(sizes, dtype: dtype, device: device));
            init.uniform_(parameter, -bound, bound);
            return parameter;
        }
    }

    public Parameter weight_ih { get => Own(nameof(weight_ih)); set => Own(nameof(weight_ih), value); }

    public Parameter weight_hh { get => Own(nameof(weight_hh)); set => Own(nameof(weight_hh), value); }

    public Parameter bias_ih { get => Own(nameof(bias_ih)); set => Own(nameof(bias_ih), value); }

    public Parameter bias_hh { get => Own(nameof(bias_hh)); set => Own(nameof(bias_hh), value); }

    public override Tensor forward(Tensor input, Tensor h0 = null)
    {
        using var zero = h0 is null ? Zeros(input) : null;
        return Raw.gru_cell(input, h0 ?? zero, weight_ih, weight_hh, bias_ih, bias_hh);
    }

    private Tensor Zeros(Tensor input) => zeros([.. input.shape[..^1], hiddenSize], dtype: input.dtype, device: input.device);
}

/// <summary>One step of an LSTM.</summary>
public sealed class LSTMCell : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
{
    private readonly long hiddenSize;

    internal LSTMCell(long inputSize, long hiddenSize, bool bias, Device device, ScalarType? dtype) : base(nameof(LSTMCell))
    {
        this.hiddenSize = hiddenSize;
        var bound = 1 / Math.Sqrt(hiddenSize);
        weight_ih = Drawn([4 * hiddenSize, inputSize]);
        weight_hh = Drawn([4 * hiddenSize, hiddenSize]);
        if (bias)
        {
            bias_ih = Drawn([4 * hiddenSize]);
            bias_hh = Drawn([4 * hiddenSize]);
        }

        Parameter Drawn(long[] sizes)
        {
            var parameter = new Parameter(empty(sizes, dtype: dtype, device: device));
            init.uniform_(parameter, -bound, bound);
            return parameter;
        }
    }

    public Parameter weight_ih { get => Own(nameof(weight_ih)); set => Own(nameof(weight_ih), value); }

    public Parameter weight_hh { get => Own(nameof(weight_hh)); set => Own(nameof(weight_hh), value); }

    public Parameter bias_ih { get => Own(nameof(bias_ih)); set => Own(nameof(bias_ih), value); }

    public Parameter bias_hh { get => Own(nameof(bias_hh)); set => Own(nameof(bias_hh), value); }

    public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0)
    {
        using var zero = h0_c0 is null ? Zeros(input) : null;
        var (hidden, cell) = h0_c0 ?? (zero, zero);
        return Raw.lstm_cell(input, [hidden, cell], weight_ih, weight_hh, bias_ih, bias_hh);
    }

    private Tensor Zeros(Tensor input) => zeros([.. input.shape[..^1], hiddenSize], dtype: input.dtype, device: input.device);
}
