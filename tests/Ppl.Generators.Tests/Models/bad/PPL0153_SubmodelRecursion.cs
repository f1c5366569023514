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
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Even(zeros(2));
//              ^^^^^^^^^^^^^^ PPL0152: The submodel 'Example.Even' has faults, which are reported where it is written. Mend these first.
        Observe(x, Normal(a, 1));
    }

    [Model]
    private Tensor Even(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        var rest = Odd(z);
//                 ^^^^^^ PPL0153: 'Odd' leads back to 'Even', and the sites of a model are all known when it is compiled. Write a loop over an array of results.
        return rest;
    }

    [Model]
    private Tensor Odd(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        var rest = Even(z);
//                 ^^^^^^^ PPL0153: 'Even' leads back to 'Odd', and the sites of a model are all known when it is compiled. Write a loop over an array of results.
        return rest;
    }

    [Model]
    private Tensor Self(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        var rest = Self(z);
//                 ^^^^^^^ PPL0153: 'Self' leads back to 'Self', and the sites of a model are all known when it is compiled. Write a loop over an array of results.
        return rest;
    }
}
