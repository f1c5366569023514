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
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1), where: known);
//                                                ^^^^^ PPL0094: 'known' is the mask of 'x' inside plate 'data' and is not given to it, so that it is not known to have a row for each copy. Write 'Plate(x, known)'; one that is the same for all of the plate needs a dimension of 1 there, as in 'where: known.unsqueeze(0)'.
    }
}
