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
    private readonly Code code = new();

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = code.Draw(zeros(2));
        a = code.Draw(a);
//      ^ PPL0154: 'a' is already the name of other sites, and would be that of this submodel's sites too. Give the result a local of another name.
        var z = zeros(2);
        z = code.Draw(z);
        {
            var b = code.Draw(z);
            z = z + b;
        }

        {
            var b = Sample(Normal(z, 1));
//              ^ PPL0154: 'b' is already the name of other sites, and would be that of this submodel's sites too. Give the result a local of another name.
            z = z + b;
        }

        var d = Deterministic(z * 2);
        d = code.Draw(d);
//      ^ PPL0154: 'd' is already the name of other sites, and would be that of this submodel's sites too. Give the result a local of another name.
        Observe(x, Normal(a + z + d, 1));
    }
}
