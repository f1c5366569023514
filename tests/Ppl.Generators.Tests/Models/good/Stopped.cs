using Ppl;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Values that pass no gradient, beside others that do: on purpose, by a straight-through estimate, and where a warning is silenced.</summary>
public sealed partial class Stopped : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6), head = Linear(2, 1);

    public Stopped() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor w)
    {
        using var data = Plate(x, y, w);
        var z = Sample(Normal(0, 1).Expand(2));
        var code = Sample(Normal(z, 1));
        var rounded = code - code.detach() + code.round();
        Observe(x, Normal(decoder.call(rounded).reshape(code.shape[0], -1), 1));
        Observe(y, Normal(head.call(z.detach()), 1));
#pragma warning disable PPL0130 // the point of this model
        var positive = (z > 0).to(z.dtype);
#pragma warning restore PPL0130
        Observe(w, Normal(head.call(positive), 1));
    }
}
