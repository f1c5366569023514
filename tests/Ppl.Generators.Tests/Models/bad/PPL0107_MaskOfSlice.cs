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
    private readonly int steps = 3;

    [Model]
    private void Generate(Tensor x, Tensor there)
    {
        using var data = Plate(x, there);
        var z = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            z[t] = Sample(Normal(0, 1));
            Observe(x[.., t], Normal(z[t], 1), where: there[.., t]);
//                                                    ^^^^^^^^^^^^ PPL0107: 'x' is observed slice by slice, and a mask says of whole data which are there. Collect the parameters of the rounds, open a plate over the dimension of the slices after the loop, and observe 'x' once there: 'Observe(x, Normal(stack(means, 1), 1), where: there);'.
        }
    }
}
