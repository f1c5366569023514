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
    private void Generate(Tensor x, Tensor told, Tensor? maybe, Tensor known)
    {
        using var data = Plate(x, told, maybe, known);
        var a = Sample(Normal(0, 1).Expand(2), observed: told);
//                                                       ^^^^ PPL0095: 'a' cannot be partly observed like this: all of 'told' is known. Say by 'where:' which rows are, or declare it 'Tensor?', so that it may be null; if it is always known, write 'Observe(told, ...)'
        var b = Sample(Normal(0, 1).Expand(2), where: known);
//                                                    ^^^^^ PPL0095: 'b' cannot be partly observed like this: 'where:' says which rows are known, and 'observed:' is missing
        var c = Sample(Normal(0, 1).Expand(2), observed: a);
//                                                       ^ PPL0095: 'c' cannot be partly observed like this: 'a' is no parameter of the method, which holds what is known of it
        var h = new Tensor[1];
        h[0] = Sample(Normal(0, 1).Expand(2), observed: maybe);
//                                                      ^^^^^ PPL0095: 'h' cannot be partly observed like this: it is an element of an array, which one parameter cannot hold. Draw it into a local of its own
        Observe(x, Normal(net.call(a + b + c + h[0]), 1));
    }
}
