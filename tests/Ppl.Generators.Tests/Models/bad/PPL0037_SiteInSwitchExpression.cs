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
        var z = kind switch { 0 => Sample(Normal(0, 1).Expand(2)), _ => Sample(Normal(0, 2).Expand(2)) };
//                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0037: 'Sample' stands in a 'switch' expression, whose ways are values and not statements, so that their sites would have no lines of their own to step through. Write a 'switch' statement, with a draw or an observation in each of its sections.
//                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0037: 'Sample' stands in a 'switch' expression, whose ways are values and not statements, so that their sites would have no lines of their own to step through. Write a 'switch' statement, with a draw or an observation in each of its sections.
        Observe(x, Normal(net.call(z), 1));
    }
}
