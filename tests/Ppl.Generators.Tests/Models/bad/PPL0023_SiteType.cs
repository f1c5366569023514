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
        object z = Sample(Normal(0, 1).Expand(2));
//      ^^^^^^ PPL0023: 'z' has the type 'object', and a draw is a Tensor. Declare it with 'var' or 'Tensor'.
        Observe(x, Normal(net.call((Tensor)z), 1));
    }
}
