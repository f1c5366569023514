using Ppl.Flows;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Flows;

/// <summary>A flow as a user writes it: the last number is shifted by a curve of the first, and by what the context says.</summary>
internal sealed class Shear : Flow
{
    public Shear(long context = 0) : base(nameof(Shear), FlowCase.Size, context)
    {
        register_parameter("bend", nn.Parameter(rand(1) * 0.01));
        if (context > 0) register_parameter("weight", nn.Parameter(rand(context) * 0.01));
    }

    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context) => (x + Shift(x, context), x.new_zeros(x.shape[..^1]));

    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context) => (y - Shift(y, context), y.new_zeros(y.shape[..^1]));

    private Tensor Shift(Tensor value, Tensor? context)
    {
        var shift = get_parameter("bend")! * value.narrow(-1, 0, 1).square();
        if (context is not null) shift = shift + (context * get_parameter("weight")!).sum(-1, keepdim: true);
        return cat([zeros_like(value.narrow(-1, 0, Size - 1)), shift], -1);
    }
}
