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
    private readonly TorchSharp.Modules.Parameter shift = Parameter(zeros(2));
    private readonly Module<Tensor, Tensor> net;

    public Example(int hidden) => net = Linear(2, hidden);
//         ^^^^^^^ PPL0080: 'Example' never registers its networks and parameters (shift, net), so that they would be neither trained nor saved. End its constructor with 'RegisterComponents();'.

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z) + shift, 1));
    }
}
