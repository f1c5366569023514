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
    private void Generate(Tensor x, Tensor c, Tensor option)
    {
        using var data = Plate(x, c);
        Tensor z;
        if (c.mean().item<float>() > 0) z = Sample(Normal(0, 1).Expand(2));
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0111: This condition depends on the values of 'c': which sites a run reaches would change with the data, and the sites of a guide are fixed. Let all sites run, and choose row by row: between values by 'where(c > 0, a, b)', and which data count by a mask, 'Observe(x, ..., where: c > 0)'; what is the same in every run can be a field.
        else if (option.item<bool>()) z = Sample(Normal(0, 3).Expand(2));
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0111: This condition depends on the values of 'option': which sites a run reaches would change with the data, and the sites of a guide are fixed. Let all sites run, and choose row by row: between values by 'where(option > 0, a, b)', and which data count by a mask, 'Observe(x, ..., where: option > 0)'; what is the same in every run can be a field.
        else z = Sample(Normal(0, 2).Expand(2));
        Observe(x, Normal(net.call(z), 1));
        switch (x.sum().item<long>())
        {
            case 0:
//          ^^^^^^^ PPL0111: This condition depends on the values of 'x': which sites a run reaches would change with the data, and the sites of a guide are fixed. Let all sites run, and choose row by row: between values by 'where(x > 0, a, b)', and which data count by a mask, 'Observe(x, ..., where: x > 0)'; what is the same in every run can be a field.
                return;
        }
    }
}
