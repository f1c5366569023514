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
    private readonly bool wide = true;
    private readonly int steps = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor known)
    {
        using var data = Plate(x, y, known);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1), where: known);
        for (var t = 0; t < steps; t++)
        {
            if (wide) Observe(y[.., t], Normal(net.call(z), 1), where: y[.., t, 0].isfinite());
            else Observe(y[.., t], Normal(net.call(z), 0.1), where: y[.., t, 1].isfinite());
//                       ^^^^^^^^ PPL0160: 'y' is observed in several arms of a branch: one has 'where: y[.., t, 0].isfinite()', another has 'where: y[.., t, 1].isfinite()'. Encoders are told which data are there before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that decides as the branch does.
        }
    }
}
