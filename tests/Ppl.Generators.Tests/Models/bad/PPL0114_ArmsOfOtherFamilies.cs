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
    private readonly bool deep;
    private readonly int kind;
    private readonly int steps = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Tensor z;
        if (deep) z = Sample(Normal(0, 1).Expand(2));
        else z = Sample(Gamma(2, 1).Expand(2));
//                      ^^^^^^^^^^^^^^^^^^^^^ PPL0114: 'z' is Normal in another arm and Gamma here, whose guides are not of one family, and it has one encoder. Give the two names of their own.
        Observe(x, Normal(net.call(z), 1));
    }
}
