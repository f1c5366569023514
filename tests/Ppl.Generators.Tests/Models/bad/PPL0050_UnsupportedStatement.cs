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
        checked
        {
            var z = Sample(Normal(0, 1).Expand(2));
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0050: A 'checked' statement cannot stand here: the compiler reads declarations, assignments, calls, 'if', 'switch' and loops, and refuses what it cannot follow. Put the site outside the 'checked', or do the work in a method that the model calls.
            Observe(x, Normal(net.call(z), 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0050: A 'checked' statement cannot stand here: the compiler reads declarations, assignments, calls, 'if', 'switch' and loops, and refuses what it cannot follow. Put the site outside the 'checked', or do the work in a method that the model calls.
        }
    }
}
