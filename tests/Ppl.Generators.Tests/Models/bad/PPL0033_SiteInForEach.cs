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
        foreach (var scale in new[] { 1.0, 2.0 })
        {
            z = Sample(Normal(z, scale));
//              ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0033: 'Sample' stands in a 'foreach' loop, which has no index to tell its sites apart by. Use a 'for' loop over an array of draws: 'h[i] = Sample(...);'.
        }

        Observe(x, Normal(net.call(z), 1));
    }
}
