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
        var h = new Tensor[2];
        h[0] = Sample(Normal(0, 1).Expand(2));
        h[1] = Sample(MultivariateNormal(net.call(h[0]), eye(2)));
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0069: 'h' has elements of Normal and of MultivariateNormal, and the encoders of one array are alike. Use an array for each family.
        Observe(x, Normal(net.call(h[1]), 1));
    }
}
