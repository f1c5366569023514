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
    private double Generate(Tensor x)
//                 ^^^^^^^^ PPL0005: The model method 'Generate' is declared to return double, and a submodel returns a Tensor, or several in parentheses. Write it as an ordinary method with a block body: 'private void Generate(Tensor x)'.
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
        return z.item<double>();
    }
}
