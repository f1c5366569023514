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
    private Tensor last = zeros(2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        last = z;
//      ^^^^ PPL0052: 'last' lies outside the model and is changed here, although each pass runs these statements again: what one pass leaves behind would change the next. Use a local variable.
        Observe(x, Normal(net.call(last), 1));
    }
}
