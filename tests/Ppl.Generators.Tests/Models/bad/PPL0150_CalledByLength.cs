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

public sealed partial class Part : GenerativeModel
{
    private readonly int rounds = 2;

    [Model]
    public Tensor Weigh(Tensor x, Tensor h, Tensor present)
    {
        Observe(x, Normal(h, 1), where: present.gt(0));
        return h;
    }

    [Model]
    public Tensor Slices(Tensor x, Tensor h)
    {
        for (var t = 0; t < rounds; t++) Observe(x[.., t], Normal(h, 1));
        return h;
    }

    [Model]
    public Tensor Whole(Tensor x, Tensor h)
    {
        Observe(x, Normal(h, 1));
        return h;
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly TorchSharp.Modules.ModuleList<Part> parts = new(new Part(), new Part());

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor v, Tensor w, Tensor u, Tensor present)
    {
        using var data = Plate(x, y, v, w, u, present);
        var steps = (int)x.shape[1];
        var z = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            z[t] = Sample(Normal(0, 1).Expand(2));
            Observe(x[.., t], Normal(z[t], 1));
        }

        parts[steps - 1].Weigh(y, z[0], present);
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Weigh' cannot be called like this: what it is called on is chosen by 'steps', a variable of the method, and its masks are asked for apart from the model's run. Choose it by a number, or keep it in a field of its own.
        parts[steps - 1].Slices(v, z[0]);
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Slices' cannot be called like this: what it is called on is chosen by 'steps', a variable of the method, and the length of its loop is asked for apart from the model's run. Choose it by a number, or keep it in a field of its own.
        parts[steps - 1].Whole(w, z[0]);
        parts[1].Weigh(u, z[0], present);
    }
}
