using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Values that results have: outside the rows, in them, in an arm, and of a plate that is named.</summary>
public sealed partial class Records : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);
    private readonly bool wide = true;

    public Records() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        var width = Deterministic(ones(3) * 0.5);
        var data = Plate(x, c);
        var z = Sample(Normal(0, 1).Expand(2), within: data);
        var mean = Deterministic(net.call(z) + c.mean([1], keepdim: true), within: data);
        Tensor shown;
        if (wide) shown = Deterministic(mean * width, within: data);
        else shown = mean;
        Observe(x, Normal(shown, width), within: data);
    }
}
