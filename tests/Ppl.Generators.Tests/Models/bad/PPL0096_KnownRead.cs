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
    private void Generate(Tensor x, Tensor? told)
    {
        using var data = Plate(x, told);
        var z = Sample(Normal(0, 1).Expand(2), observed: told);
        Observe(x, Normal(net.call(told), 1));
//                                 ^^^^ PPL0096: 'told' holds what is known of 'z', so that nothing else may read it. Read 'z', which has these values where they are known; else pass what is needed here as a second parameter that is never observed, a covariate.
    }
}
