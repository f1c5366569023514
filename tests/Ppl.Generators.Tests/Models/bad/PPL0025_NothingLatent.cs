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
//               ^^^^^^^^ PPL0025: 'Generate' draws no latent and observes no data: its factors alone say nothing of what could be inferred or drawn. Give it a latent by 'var z = Sample(...);', or data by 'Observe(x, ...);'.
    {
        using var data = Plate(x);
        var weight = net.call(x).sum(-1);
        Factor(weight);
    }
}
