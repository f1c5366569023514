using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>y = x₁ᵀ A x₂ + b, one matrix A for each output.</summary>
public sealed class Bilinear : Module<Tensor, Tensor, Tensor>
{
    internal Bilinear(long in1_features, long in2_features, long out_features, bool hasBias, Device device, ScalarType? dtype) :
        base(nameof(Bilinear))
    {
        (this.in1_features, this.in2_features, this.out_features) = (in1_features, in2_features, out_features);
        var bound = in1_features > 0 ? 1 / Math.Sqrt(in1_features) : 0;
        weight = new Parameter(empty(out_features, in1_features, in2_features, dtype: dtype, device: device));
        init.uniform_(weight, -bound, bound);
        if (hasBias)
        {
            bias = new Parameter(empty(out_features, dtype: dtype, device: device));
            init.uniform_(bias, -bound, bound);
        }
    }

    public long in1_features { get; set; }

    public long in2_features { get; set; }

    public long out_features { get; set; }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public Parameter bias { get => Own(nameof(bias)); set => Own(nameof(bias), value); }

    public override Tensor forward(Tensor input1, Tensor input2) => functional.bilinear(input1, input2, weight, bias);
}
