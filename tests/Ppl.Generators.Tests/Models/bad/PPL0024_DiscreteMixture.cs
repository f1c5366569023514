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
        var z = Sample(MixtureSameFamily(Categorical(logits: zeros(2)), Poisson(ones(2))).Expand(2));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0024: 'z' is drawn from Poisson, a family that no encoder can make a guide for: an encoder ends in a head, the layer that makes a distribution of a network's output, and [Family] on Poisson names none. Write there 'Head = typeof(Ppl.Networks.NormalHead)', where the values are any real numbers, for a guide that is normal; else the head of a family with the same support, or one of your own.
        Observe(x, Normal(net.call(z), 1));
    }
}
