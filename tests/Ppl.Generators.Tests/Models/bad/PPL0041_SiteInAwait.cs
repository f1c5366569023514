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
    private async void Generate(Tensor x)
//                     ^^^^^^^^ PPL0005: The model method 'Generate' is async, and a model runs to its end without a pause. Write it as an ordinary method with a block body: 'private void Generate(Tensor x)'.
    {
        using var data = Plate(x);
        var z = await Task.FromResult(Sample(Normal(0, 1).Expand(2)));
//                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0041: 'Sample' is awaited, and a model runs to its end without a pause. Remove 'await', and 'async' from the method.
        Observe(x, Normal(net.call(z), 1));
    }
}
