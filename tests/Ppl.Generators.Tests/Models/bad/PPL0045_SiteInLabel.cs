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
        goto end;
//      ^^^^ PPL0045: A model cannot hold a label or a 'goto': jumps would make the order of its sites depend on values. Repeat by a 'for' loop, and choose by an 'if' that computes parameters.
        end:
        Observe(x, Normal(net.call(z), 1));
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0045: A model cannot hold a label or a 'goto': jumps would make the order of its sites depend on values. Repeat by a 'for' loop, and choose by an 'if' that computes parameters.
    }
}
