using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);
    private readonly int layers = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        for (var i = 0; i < layers; i++) h[layers - 1 - i] = Sample(Normal(0, 1).Expand(2));
//                                        ^^^^^^^^^^^^^^^^ PPL0062: The index [layers - 1 - i] does not show which element is drawn. Use the loop variable, a constant or the length, each plus or minus a constant; a loop may run backwards.
        Observe(x, Normal(net.call(h[layers - 1]), 1));
    }
}
