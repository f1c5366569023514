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
        Observe(x, Normal(net.call(Sample(Normal(0, 1).Expand(2))), 1));
//                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0012: This draw is not assigned to a variable of its own, whose name would be the site's. Write 'var z = Sample(...);' as a statement, and use 'z' where the draw is needed.
    }
}
