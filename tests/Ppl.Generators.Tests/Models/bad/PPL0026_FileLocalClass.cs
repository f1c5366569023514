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

file sealed partial class Example : GenerativeModel
//                        ^^^^^^^ PPL0026: 'Example' is a file-local type, of which the compiler cannot write a second part
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
    }
}
