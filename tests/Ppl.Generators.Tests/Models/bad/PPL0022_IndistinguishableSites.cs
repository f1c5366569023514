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
        var a = Sample(Normal(0, 1).Expand(2)); var b = Sample(Normal(0, 1).Expand(2));
//                                                  ^ PPL0022: 'b' has the same distribution text as another site on its line, and the interpreter, which runs the method as it stands, knows sites by line and text. Put it on a line of its own.
        Observe(x, Normal(net.call(a + b), 1));
    }
}
