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
    private readonly int layers = 3;
    private readonly int others = 2;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        var g = new Tensor[others];
//                         ^^^^^^ PPL0064: 'others' is a second length of arrays or loops with sites, beside 'layers', and the compiler writes a guide for one length that it leaves open. Use 'layers' for all of them, or make 'others' a constant, as in 'new Tensor[3]'.
        h[0] = Sample(Normal(0, 1).Expand(2));
        for (var i = 1; i < layers; i++) h[i] = Sample(Normal(h[i - 1], 1));
        for (var i = 0; i < others; i++) g[i] = Sample(Normal(h[0], 1));
//                          ^^^^^^ PPL0064: 'others' is a second length of arrays or loops with sites, beside 'layers', and the compiler writes a guide for one length that it leaves open. Use 'layers' for all of them, or make 'others' a constant, as in 'new Tensor[3]'.
        Observe(x, Normal(net.call(g[0]), 1));
    }
}
