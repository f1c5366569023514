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
    private void Generate(Tensor x) => Observe(x, Normal(net.call(ones(1, 2)), 1));
//               ^^^^^^^^ PPL0005: The model method 'Generate' is without a block body, and a model is read statement by statement. Write it as an ordinary method with a block body: 'private void Generate(Tensor x)'.
}
