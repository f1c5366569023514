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
        PlateScope other = null!;
        var z = Sample(Normal(0, 1).Expand(2), within: other);
//                                                     ^^^^^ PPL0029: 'other' is no plate of this model. Name the variable of a plate, or several as '(a, b)'; make one by 'var a = Plate(size: n);' or 'var a = Plate(x);'.
        using var data = Plate(x);
        Observe(x, Normal(net.call(z), 1));
    }
}
