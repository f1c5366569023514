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
        Tensor scale;
        var z = Sample(Normal(0, scale = ones(2)));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0054: The distribution of 'z' changes a local while it is computed, where the other passes of generated code would not see it. Make the change in a statement before the site.
        Observe(x, Normal(net.call(z), scale));
    }
}
