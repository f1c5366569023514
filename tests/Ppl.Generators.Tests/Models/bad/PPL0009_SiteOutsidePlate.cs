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
        var z = Sample(Normal(0, 1).Expand(2));
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0009: 'Sample' stands outside the plate, so that all rows would share one variable, which is not supported yet. Make what the rows share a Parameter of the model, which training estimates; move the site below the plate only if each row is to have a variable of its own, for that is another model.
        using var data = Plate(x);
        Observe(x, Normal(net.call(z), 1));
    }
}
