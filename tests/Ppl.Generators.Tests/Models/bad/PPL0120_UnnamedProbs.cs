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
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Bernoulli(net.call(z)));
//                           ^^^^^^^^^^^ PPL0120: 'net.call(z)' is the first argument of 'Bernoulli', which is probs, in [0, 1], while networks mostly give log odds. Write 'logits: net.call(z)' where it gives log odds, and 'probs: net.call(z)' where it gives probabilities.
        var output = net.call(z);
        Observe(y, Independent(new Bernoulli(output), 1));
//                                           ^^^^^^ PPL0120: 'output' is the first argument of 'Bernoulli', which is probs, in [0, 1], while networks mostly give log odds. Write 'logits: output' where it gives log odds, and 'probs: output' where it gives probabilities.
    }
}
