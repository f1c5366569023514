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
        var z = Sample(Bernoulli(0.5).Expand(2));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0019: The guide would draw 'z' from Bernoulli, whose draws are no differentiable function of its parameters, so that no gradient would reach the encoder: such latents are not supported yet. Sum a discrete 'z' out by hand, and observe the mixture over its values; for a continuous one, let its [Family] name a head whose family is reparameterized.
        Observe(x, Normal(net.call(z), 1));
    }
}
