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
    private readonly bool deep;
    private readonly int kind;
    private readonly int steps = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = training ? Sample(Normal(0, 1).Expand(2)) : Sample(Normal(0, 2).Expand(2));
//              ^^^^^^^^ PPL0112: 'training' is switched by the engine itself: a guide is prepared and evaluated in evaluation mode, and trained in training mode, so that they would have different sites. Branch on a field of your own.
        if (net.training) Observe(x, Normal(net.call(z), 1));
//              ^^^^^^^^ PPL0112: 'training' is switched by the engine itself: a guide is prepared and evaluated in evaluation mode, and trained in training mode, so that they would have different sites. Branch on a field of your own.
        else Observe(x, Normal(z, 1));
    }
}
