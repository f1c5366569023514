using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>y = x Wᵀ + b, with weight (out, in).</summary>
public sealed class Linear : Module<Tensor, Tensor>
{
    internal Linear(Parameter weight, Parameter bias = null) : base(nameof(Linear))
    {
        ArgumentNullException.ThrowIfNull(weight);
        (out_features, in_features) = (weight.shape[0], weight.shape[1]);
        this.weight = weight;
        this.bias = bias;
    }

    internal Linear(long inputSize, long outputSize, bool hasBias, Device device, ScalarType? dtype) : base(nameof(Linear))
    {
        (in_features, out_features) = (inputSize, outputSize);
        weight = new Parameter(empty(outputSize, inputSize, dtype: dtype, device: device));
        init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        if (hasBias)
        {
            bias = new Parameter(empty(outputSize, dtype: dtype, device: device));
            var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
            init.uniform_(bias, -bound, bound);
        }
    }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public Parameter bias { get => Own(nameof(bias)); set => Own(nameof(bias), value); }

    public override Tensor forward(Tensor tensor) => functional.linear(tensor, weight, bias);
}
