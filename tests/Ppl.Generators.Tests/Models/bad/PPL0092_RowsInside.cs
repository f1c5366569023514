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
        using var group = Plate(size: 3);
        using var data = Plate(x);
//                       ^^^^^^^^ PPL0092: Plate 'data' takes the leading dimension of data, which mini-batches cut and particles fold into, and stands inside another plate. Make it the outer one, and turn the dimensions of what both hold; a further dimension of the data becomes a plate by 'Plate(x)' once more inside.
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
    }
}
