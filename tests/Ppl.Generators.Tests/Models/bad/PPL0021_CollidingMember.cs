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
    private readonly double Joint = 1;
//                          ^^^^^ PPL0021: 'Joint' is the name of a member generated for Example, so that generated code would not compile. Choose another name.

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), Joint));
    }
}
