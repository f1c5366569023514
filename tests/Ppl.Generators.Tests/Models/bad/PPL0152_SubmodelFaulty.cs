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

public sealed partial class Code : GenerativeModel
{
    [Model]
    public Tensor Draw(Tensor mean)
    {
        var z = Sample(Bernoulli(logits: mean));
//                     ^^^^^^^^^^^^^^^^^^^^^^^ PPL0019: The guide would draw 'z' from Bernoulli, whose draws are no differentiable function of its parameters, so that no gradient would reach the encoder: such latents are not supported yet. Sum a discrete 'z' out by hand, and observe the mixture over its values; for a continuous one, let its [Family] name a head whose family is reparameterized.
        return z;
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly Code code = new();

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = code.Draw(zeros(2));
//              ^^^^^^^^^^^^^^^^^^^ PPL0152: The submodel 'Code.Draw' has faults, which are reported where it is written. Mend these first.
        Observe(x, Normal(a, 1));
    }
}
