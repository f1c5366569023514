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

public static class Outer
//                  ^^^^^ PPL0003: 'Outer' is not partial, and the model 'Example' stands inside it: the generated part of a nested class needs a part of each type around it. Add 'partial' to the declaration of 'Outer'.
{
    public sealed partial class Example : GenerativeModel
    {
        private readonly Module<Tensor, Tensor> net = Linear(2, 2);

        public Example() => RegisterComponents();

        [Model]
        private void Generate(Tensor x)
        {
            using var data = Plate(x);
            var z = Sample(Normal(0, 1).Expand(2));
            Observe(x, Normal(net.call(z), 1));
        }
    }
}
