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
    private Distribution Prior() => Normal(0, 1).Expand(2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Prior());
//                     ^^^^^^^ PPL0018: The distribution of 'z' has the static type 'Distribution', which does not say what family its guide should have. Give the expression the type of a family, such as Normal: a method that makes it can return that type. A class of your own becomes a family by the [Family] attribute.
        Observe(x, Normal(net.call(z), 1));
    }
}
