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
        Print(z);
        var mean = Frozen(z);
//                 ^^^^^^^^^ PPL0085: 'Frozen' switches gradients for the whole thread, and the terms of the bound need theirs. Write '.detach()' after a value that is to pass none.
        Observe(x, Normal(mean + z, 1));
    }

    private Tensor Frozen(Tensor z)
    {
        using var none = no_grad();
        return net.call(z);
    }

    private static void Print(Tensor z)
    {
        using var none = no_grad();
        Console.WriteLine(z.mean().item<float>());
    }
}
