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
        lock (net)
        {
            var z = Sample(Normal(0, 1).Expand(2));
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0043: A model cannot hold a 'lock': it is a function of its parameters and networks, and shares nothing that would need one. Remove the 'lock'.
            Observe(x, Normal(net.call(z), 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0043: A model cannot hold a 'lock': it is a function of its parameters and networks, and shares nothing that would need one. Remove the 'lock'.
        }
    }
}
