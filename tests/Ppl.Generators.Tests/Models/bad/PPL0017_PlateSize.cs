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
        var county = Plate(size: x.shape[0]);
//                               ^ PPL0017: 'x' is read above its 'Observe', where it has no value yet when the model simulates data. Move the 'Observe' above this statement, if what is computed here is not needed for it; else pass what is needed here as a second parameter that is never observed, a covariate.
        var alpha = Sample(Normal(0, 1), within: county);
        Observe(x, Normal(alpha, 1));
    }
}
