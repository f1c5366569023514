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

    private Tensor Noise(Tensor like) => randn_like(like);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var group = Plate(size: 3);
        var z = Sample(Normal(0, 1).Expand(2), within: group);
        Observe(x, Normal(net.call(Total(z)), 1));
//                                 ^^^^^^^^ PPL0162: 'Total' takes all dimensions together, and whole numbers of 8 bits: C# takes the literal 0 for an element type here, not for a dimension. Write '0L' or '[0]'.
    }

    private static Tensor Total(Tensor values) => values.exp().sum(0).log() + prod(values, 0L) + values.sum(1).sum([0]);
}
