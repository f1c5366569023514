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
//               ^^^^^^^^ PPL0025: 'Generate' draws no latent, so that there is nothing to infer. Give it one by 'var z = Sample(...);', or train its networks by their log-likelihood without Ppl.
    {
        using var data = Plate(x);
        Observe(x, Normal(net.call(ones(1, 2)), 1));
    }
}
