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
    private void Generate(Tensor x, Tensor uranium, Tensor of, Tensor soil)
    {
        var county = Plate(size: soil.shape[0], soil);
        var alpha = Sample(Normal(soil, 1), within: county);
        Observe(uranium, Normal(alpha, 1), within: county);
//              ^^^^^^^ PPL0072: 'uranium' is observed inside plate 'county' and is not given to it, so that it is not known to have a row for each copy. Write 'Plate(size: soil.shape[0], soil, uranium)'.
        using var data = Plate(x, of);
        Observe(x, Normal(alpha[of], 1));
    }
}
