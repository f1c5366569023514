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
        Tensor mean;
        using (no_grad())
//             ^^^^^^^^^ PPL0085: 'no_grad' switches gradients for the whole thread, and the terms of the bound need theirs. Write '.detach()' after a value that is to pass none.
        {
            mean = net.call(z);
        }

        Observe(x, Normal(mean + z, 1));
    }
}
