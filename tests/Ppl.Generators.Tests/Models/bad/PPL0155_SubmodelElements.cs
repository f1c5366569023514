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
    private readonly bool isDeep = true;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var steps = new Tensor[2];
        if (isDeep) steps[0] = code.Draw(zeros(2));
        else steps[0] = code.Draw(ones(2));
        steps[1] = code.Draw(steps[0]);
//                 ^^^^^^^^^^^^^^^^^^^ PPL0155: 'steps.z' is drawn under 'if (isDeep)', and 'steps.z' by the same statement, so that a run that reaches one of them does not show which. Call the submodel once, and let the branch choose its arguments, or give one of the calls a submodel of its own.
        Observe(x, Normal(steps[1], 1));
    }
}
