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
    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c, Tensor order, Tensor of)
    {
        var group = Plate(size: 4, of);
        using var data = Plate(x, c);
        var z = Sample(Normal(0, 1));
        var mean = z * 2;
        var a = Sample(Normal(mean.index_select(0, of), 1));
//                            ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0104: 'mean[of]' reads rows of plate 'data' by their places, so that one row depends on others. A batch has a few of the rows, at other places than in the whole data. Make the plate one by number, which every batch has whole: 'Plate(size: n, x, c)'.
        Observe(x, Normal(c[order] + a, 1));
//                        ^^^^^^^^ PPL0104: 'c[order]' reads rows of plate 'data' by their places, so that one row depends on others. A batch has a few of the rows, at other places than in the whole data. Make the plate one by number, which every batch has whole: 'Plate(size: n, x, c)'.
    }
}
