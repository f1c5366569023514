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

public abstract class Trained : GenerativeModel
{
    protected Trained() => RegisterComponents();
}

public sealed partial class Example : Trained
{
    private readonly Module<Tensor, Tensor> first = Linear(2, 2);
    private readonly Module<Tensor, Tensor> second;
//                                          ^^^^^^ PPL0081: 'second' is set after RegisterComponents() has run, which runs once, so that it would be neither trained nor saved. Set 'second' before that call, or add 'register_module("second", second);' after it is set.
    private readonly TorchSharp.Modules.Parameter shift;
//                                                ^^^^^ PPL0081: 'shift' is set after RegisterComponents() has run, which runs once, so that it would be neither trained nor saved. Set 'shift' before that call, or add 'register_parameter("shift", shift);' after it is set.

    public Example()
    {
        second = Linear(2, 2);
        shift = Parameter(zeros(2));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(second.call(first.call(z)) + shift, 1));
    }
}
