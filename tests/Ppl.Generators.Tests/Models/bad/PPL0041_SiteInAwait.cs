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

    [Model]
    private async void Generate(Tensor x)
//                     ^^^^^^^^ PPL0005: The model 'Generate' cannot be async
    {
        using var data = Plate(x);
        var z = await Task.FromResult(Sample(Normal(0, 1).Expand(2)));
//                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0041: 'Sample' cannot be awaited: a model is not asynchronous
        Observe(x, Normal(net.call(z), 1));
    }
}
