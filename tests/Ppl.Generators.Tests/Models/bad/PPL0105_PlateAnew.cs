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
    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using (var data = Plate(x))
        {
            var z = Sample(Normal(0, 1));
            Observe(x, Normal(z, 1));
        }

        using var all = Plate(size: 3, x);
//                      ^^^^^^^^^^^^^^^^^ PPL0105: This plate takes a dimension of 'x' that is plate 'data' before, and has another size than that. Open plate 'data' as it was, or give this one other data.
        var a = Sample(Normal(0, 1));
    }
}
