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
    private void Likelihood(Tensor x, Tensor z) => Observe(x, Normal(net.call(z), 1));

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Likelihood(x, z);
//      ^^^^^^^^^^^^^^^^ PPL0048: 'Likelihood' calls Sample, Observe or Plate itself, and nothing says how its sites are found. Write [Model] above it and let it return a result: it is a submodel then, whose sites have the name of the variable that receives the result.
    }
}
