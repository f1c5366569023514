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
    private readonly int steps = 5;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            z[t] = Sample(Normal(net.call(x[.., t]), 1));
//          ^^^^ PPL0123: 'x[i]' is read here, which is observed only later in the run, so that it has no value yet when the model simulates data. Read slices that are observed before, as 'x[.., t - 1]' in round t, or all of 'x' after the loop; what has to be known before is a second parameter that is never observed, a covariate.
            Observe(x[.., t], Normal(net.call(z[t]), 1));
        }
    }
}
