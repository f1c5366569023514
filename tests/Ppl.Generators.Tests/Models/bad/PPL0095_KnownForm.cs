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
//                                                       ^^^^ PPL0095: 'a' cannot be partly observed like this. All of 'told' is known. Say by 'where:' which rows are, or declare it 'Tensor?', so that it may be null; if it is always known, write 'Observe(told, ...)'.
        var b = Sample(Normal(0, 1).Expand(2), where: known);
//                                                    ^^^^^ PPL0095: 'b' cannot be partly observed like this. It has 'where:', which says which rows are known, and no 'observed:', which has their values.
        var c = Sample(Normal(0, 1).Expand(2), observed: a);
//                                                       ^ PPL0095: 'c' cannot be partly observed like this. What is known of it is held by a parameter of the method, and 'a' is none.
        var h = new Tensor[1];
        h[0] = Sample(Normal(0, 1).Expand(2), observed: maybe);
//                                                      ^^^^^ PPL0095: 'h' cannot be partly observed like this. It is an element of an array, which one parameter cannot hold: draw it into a local of its own.
        Observe(x, Normal(net.call(a + b + c + h[0]), 1));
    }
}
