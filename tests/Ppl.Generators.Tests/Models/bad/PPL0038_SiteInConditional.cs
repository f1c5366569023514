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
        var z = deep ? Sample(Normal(0, 1).Expand(2)) : zeros(2);
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0038: 'Sample' is one way of an expression whose other way is none, so that the result would be a random variable in some runs and a value in others. Draw on both ways, as in 'var z = wide ? Sample(a) : Sample(b);', or write an 'if' statement.
        Observe(x, Normal(net.call(z), 1));
    }
}
