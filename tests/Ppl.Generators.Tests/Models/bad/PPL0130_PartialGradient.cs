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
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
        var sign = z > 0;
//                 ^^^^^ PPL0130: 'y' depends on 'z' only through '>', which passes no gradient, so that the encoder of 'z' does not learn from 'y'. Use a differentiable expression, or write 'z.detach()' there to say that this is meant.
        Observe(y, Normal(sign.to(ScalarType.Float32), 1));
    }
}
