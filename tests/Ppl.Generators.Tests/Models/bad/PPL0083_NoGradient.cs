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
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var w = Sample(Normal(0, 1).Expand(2));
        var v = Sample(Normal(0, 1).Expand(2));
        var u = Sample(Normal(0, 1).Expand(2));
        var label = z.argmax(-1, keepdim: true).expand(-1, 2);
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0083: No gradient reaches 'z': 'x' depends on it only through 'argmax', which passes none, so that its encoder would learn nothing from the data. Let 'x' depend on 'z' by a differentiable expression, such as a softmax in place of an argmax or a sigmoid in place of a comparison.
        var mean = net.call(w.detach());
//                          ^^^^^^^^^^ PPL0083: No gradient reaches 'w': 'x' depends on it only through 'detach', which passes none, so that its encoder would learn nothing from the data. Let 'x' depend on 'w' by a differentiable expression, such as a softmax in place of an argmax or a sigmoid in place of a comparison.
        if (u.sum().item<double>() > 0) mean = mean * 2;
//          ^^^^^^^^^^^^^^^^^^^^^^ PPL0083: No gradient reaches 'u': 'x' depends on it only through 'item', which passes none, so that its encoder would learn nothing from the data. Let 'x' depend on 'u' by a differentiable expression, such as a softmax in place of an argmax or a sigmoid in place of a comparison.
        Observe(x, Normal(mean + label, where(v > 0, 1.0, 2.0)));
//                                            ^^^^^ PPL0083: No gradient reaches 'v': 'x' depends on it only through '>', which passes none, so that its encoder would learn nothing from the data. Let 'x' depend on 'v' by a differentiable expression, such as a softmax in place of an argmax or a sigmoid in place of a comparison.
    }
}
