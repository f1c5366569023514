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
    private readonly bool deep;
    private readonly int kind;
    private readonly int steps = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Tensor z;
        if (Sample(Normal(0, 1)).sum().item<float>() > 0) z = Sample(Normal(0, 1).Expand(2));
//          ^^^^^^^^^^^^^^^^^^^^ PPL0030: 'Sample' stands in the condition of a branch, which would then depend on a draw: a run could reach other sites than the one before, and the sites of a guide are fixed. Branch on fields, numbers and shapes; between values of a draw choose by 'where(z > 0, a, b)'.
        else z = Sample(Normal(0, 2).Expand(2));
        Observe(x, Normal(net.call(z), 1));
    }
}
