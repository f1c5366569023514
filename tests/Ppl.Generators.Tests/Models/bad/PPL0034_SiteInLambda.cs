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
        Func<Tensor> draw = () => Sample(Normal(0, 1).Expand(2));
//                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0034: 'Sample' stands in a lambda, which may run any number of times or never, and the sites of a guide are fixed. Make the site a statement of the model; a lambda may compute its distribution.
        var z = draw();
        Observe(x, Normal(net.call(z), 1));
    }
}
