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
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0090: 'z' is Independent, which takes its family from the distribution inside it, so that its type does not say what family its guide should have. Write that distribution without Independent: the log-density of a site is summed over all dimensions after the rows anyway.
        Observe(x, Normal(net.call(z), 1));
    }
}
