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
        using (Plate(x))
//             ^^^^^^^^ PPL0011: A plate knows its size before the model runs, so it takes a number, or parameters of the model as they are, or a number and such parameters, and it is a variable of its own. Write 'using var data = Plate(x);' or 'var group = Plate(size: n);', and compute with the data below it.
        {
            var z = Sample(Normal(0, 1).Expand(2));
            Observe(x, Normal(net.call(z), 1));
        }
    }
}
