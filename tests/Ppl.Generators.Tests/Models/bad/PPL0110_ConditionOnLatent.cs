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
        var z = Sample(Normal(0, 1).Expand(2));
        var height = z.sum().item<float>();
        if (height > 0)
//      ^^^^^^^^^^^^^^^ PPL0110: This condition depends on the value of 'z', a latent: which sites a run reaches would change from draw to draw, and the sites of a guide are fixed. Let all sites run, and choose between values by 'where(z > 0, a, b)', a choice for each row.
        {
            Observe(x, Normal(net.call(z), 1));
        }
        else
        {
            Observe(x, Normal(z, 1));
        }
    }
}
