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
    private void Generate(Tensor x, Tensor parent)
    {
        using var node = Plate(x, parent);
        var z = Sample(Normal(0, 1));
        Observe(x, Normal(z[parent], 1));
//                        ^^^^^^^^^ PPL0104: 'z[parent]' reads rows of plate 'node' by their places, so that one row depends on others. A batch has a few of the rows, at other places than in the whole data. Make the plate one by number, which every batch has whole: 'Plate(size: n, x, parent)'.
    }
}
