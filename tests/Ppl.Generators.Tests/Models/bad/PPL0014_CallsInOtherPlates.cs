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

public sealed partial class Code : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Code() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        return net.call(z);
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly Code first = new(), next = new();

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var h = new Tensor[3];
        h[0] = first.Draw(zeros(2));
        using var data = Plate(x);
        for (var t = 1; t < 3; t++) h[t] = next.Draw(h[t - 1]);
//                                         ^^^^^^^^^^^^^^^^^^^ PPL0014: There is already a site 'h.z', and the guide and the results have one member for each name. Rename one of the two variables.
        Observe(x, Normal(h[2], 1));
    }
}
