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
        var z = net.training ? Sample(Normal(0, 1).Expand(2)) : Sample(Normal(0, 2).Expand(2));
//                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0038: 'Sample' stands in a conditional expression, so that whether its site exists would depend on a value, and the sites of a guide are fixed. Choose between parameters instead, as in 'Normal(0, wide ? 2 : 1)'.
//                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0038: 'Sample' stands in a conditional expression, so that whether its site exists would depend on a value, and the sites of a guide are fixed. Choose between parameters instead, as in 'Normal(0, wide ? 2 : 1)'.
        Observe(x, Normal(net.call(z), 1));
    }
}
