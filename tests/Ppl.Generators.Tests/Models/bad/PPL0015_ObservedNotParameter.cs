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
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x.log(), Normal(net.call(z), 1));
//              ^^^^^^^ PPL0015: 'x.log()' is not a parameter of the model: the simulator has to draw what is observed, and cannot undo a computation. Pass the data to the model as they are to be observed, or observe the parameter itself under the distribution of the untransformed data.
    }
}
