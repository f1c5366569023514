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
        if (net.training)
        {
            var z = Sample(Normal(0, 1).Expand(2));
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0030: 'Sample' stands in an 'if', so that whether its site exists would depend on a value, and the sites of a guide are fixed. Compute parameters in the 'if', and put the site after it.
            Observe(x, Normal(net.call(z), 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0030: 'Observe' stands in an 'if', so that whether its site exists would depend on a value, and the sites of a guide are fixed. Compute parameters in the 'if', and put the site after it.
        }
    }
}
