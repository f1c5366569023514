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
        var z = Sample("z", Normal(0, 1).Expand(2));
//                     ^^^ PPL0086: 'Sample' takes no name: a latent has the name of the variable that its draw is assigned to. Drop "z".
        Observe("x", x, Normal(net.call(z), 1));
//              ^^^ PPL0086: 'Observe' takes no name: an observed variable has the name of its parameter. Drop "x".
    }
}
