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
        var z = Sample(Mixture(Categorical(probs: ones(2)), Normal(-2, 1).Expand(2), Normal(2, 1).Expand(2)));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0090: 'z' is drawn from Mixture, which wraps another distribution and whose type says nothing of it, while the guide's family is picked by type. Observe from it, and draw its parameters; for such a prior draw 'var z = Sample(ImproperUniform(...));' from the set of its values and write 'var prior = mixture.LogProb(z);', summed to one number for each element, and 'Factor(prior);'.
        Observe(x, Normal(net.call(z), 1));
    }
}
