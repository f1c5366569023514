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

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var unused = Sample(Normal(0, 1).Expand(2));
//          ^^^^^^ PPL0101: Nothing depends on 'unused', so that its posterior is its prior. Remove it, or use it.
        Observe(x, Normal(net.call(z), 1));
    }
}
