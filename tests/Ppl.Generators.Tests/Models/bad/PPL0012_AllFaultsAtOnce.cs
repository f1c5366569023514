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

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Sample(Normal(0, 1));
//      ^^^^^^^^^^^^^^^^^^^^ PPL0012: The draw needs a name: assign it to a local variable, in a statement of its own
        var z = Sample(Bernoulli(0.5).Expand(2));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0019: 'z' is Bernoulli, whose draws have no pathwise gradient: such latents are not supported yet
        if (net.training) Observe(x, Normal(net.call(z), 1));
//                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0030: 'Observe' cannot stand in an 'if': whether a site exists would depend on a value
        z = z.relu();
//      ^ PPL0013: 'z' holds a random variable or data, which nothing else can be assigned to: use another local
        try
//      ^^^ PPL0036: 'Sample' cannot stand in a 'try' statement, nor can one stand in a model: a site may be left halfway
        {
        }
        finally
        {
        }

        Observe(x.log(), Normal(x, Sample(Normal(0, 1))));
//              ^^^^^^^ PPL0015: 'x.log()' is not a parameter of the model: data come in as parameters, and transformed data are not observed
//                              ^ PPL0017: 'x' is read before it is observed: when the model simulates data, it has no value here
//                                 ^^^^^^^^^^^^^^^^^^^^ PPL0012: The draw needs a name: assign it to a local variable, in a statement of its own
        while (net.training) Sample(Normal(0, 1));
//                           ^^^^^^^^^^^^^^^^^^^^ PPL0031: 'Sample' cannot stand in a 'while' loop: the number of sites would not be known; use 'for' with an index
    }
}
