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
        var count = net.training ? 2 : 3;
        var h = new Tensor[count];
        h[0] = Sample(Normal(0, 1).Expand(2));
//      ^ PPL0063: The number of elements of 'h' is not known, and the guide has an encoder for each. Declare it in the model by 'var h = new Tensor[n];', where n is a constant, a field or property, or a length of the data, '(int)x.shape[1]'.
        Observe(x, Normal(net.call(h[0]), 1));
    }
}
