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
    private void Generate(Tensor x, Tensor y, Tensor told)
    {
        using var data = Plate(x, y, told);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
        Observe(x, Normal(net.call(z), 2));
//              ^ PPL0016: 'x' is observed more than once, and a random variable has one distribution. Observe it once, with the distribution that you mean; a second measurement is a second parameter.
        var known = Sample(Normal(z, 1), observed: y, where: told);
        Observe(y, Normal(known, 2));
//              ^ PPL0016: 'y' is observed more than once, and a random variable has one distribution. Observe it once, with the distribution that you mean; a second measurement is a second parameter.
    }
}
