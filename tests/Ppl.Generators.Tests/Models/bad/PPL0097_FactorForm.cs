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
        Factor(-z.square().sum(-1));
//             ^^^^^^^^^^^^^^^^^^^ PPL0097: 'Factor' takes a local that holds its log weight, whose name it has, and counts it once. Write 'var weight = -z.square().sum(-1); Factor(weight);'.
        for (var i = 0; i < 2; i++)
        {
            var part = -z.select(1, i).square();
            Factor(part);
//                 ^^^^ PPL0097: 'Factor' takes a local that holds its log weight, whose name it has, and counts it once. It stands in a loop: sum the weights of the rounds, and give their sum after it.
        }

        Observe(x, Normal(net.call(z), 1));
    }
}
