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

    private readonly int n = 3, m = 3;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var mean = new Tensor[n];
        var h = new Tensor[m];
        for (var t = 0; t < m; t++)
        {
            h[t] = Sample(Normal(0, 1).Expand(2));
            mean[t] = Deterministic(net.call(h[t]));
//          ^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. Each element of an array is recorded once, from 0 to the length, and 'mean[8]' is not recorded.
            Observe(x[.., t], Normal(mean[t], 1));
        }
    }
}
