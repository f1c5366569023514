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
    private void Generate(Tensor x, Tensor known)
    {
        using var data = Plate(x, known);
        var z = Sample(Normal(0, 1).Expand(2));
        var near = z.select(1, 0).abs().lt(2);
        Observe(x, Normal(net.call(z), 1), where: known.logical_and(near));
//                                                                  ^^^^ PPL0093: The mask of 'x' reads 'near', a local. It says which data there are, to the guide too, which knows nothing but data: compute it inside 'where:' from parameters of the method.
    }
}
