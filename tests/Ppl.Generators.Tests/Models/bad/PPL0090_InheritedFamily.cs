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
        var z = Sample(Independent(Normal(0, 1).Expand(2), 1));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0090: 'z' is drawn from Independent, which wraps another distribution and whose type says nothing of it, while the guide's family is picked by type. Draw from the distribution inside: the log-density of a site is summed over its event anyway.
        Observe(x, Normal(net.call(z), 1));
    }
}
