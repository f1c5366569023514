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
        try
        {
            var z = Sample(Normal(0, 1).Expand(2));
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0036: A model cannot hold a 'try': an exception that is caught would leave some sites with a value and others without. Let exceptions pass; faults of shapes and values are reported with their site.
            Observe(x, Normal(net.call(z), 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0036: A model cannot hold a 'try': an exception that is caught would leave some sites with a value and others without. Let exceptions pass; faults of shapes and values are reported with their site.
        }
        finally
        {
        }
    }
}
