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
        var z = Sample(Normal(zeros(data.Size, 2), 1));
//                                  ^^^^ PPL0027: 'data' is the plate, which only says which data have rows: generated code has no object to read it from. A distribution that is the same for every row needs no number of rows, as in 'Normal(0, 1).Expand(2)'; where a tensor needs it as a size, take it from a covariate, as in 'context.shape[0]', which is the rows times the particles.
        Observe(x, Normal(net.call(z), 1));
    }
}
