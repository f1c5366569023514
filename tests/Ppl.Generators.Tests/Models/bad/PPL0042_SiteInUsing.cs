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
        using (var scope = NewDisposeScope())
        {
            var z = Sample(Normal(0, 1).Expand(2));
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0042: A model cannot hold a 'using' other than the plate's: what it would dispose of is needed until the pass ends, which then disposes of it anyway. Remove the 'using'.
            Observe(x, Normal(net.call(z), 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0042: A model cannot hold a 'using' other than the plate's: what it would dispose of is needed until the pass ends, which then disposes of it anyway. Remove the 'using'.
        }
    }
}
