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
        var z = Sample(new Mine());
//                     ^^^^^^^^^^ PPL0024: 'z' is drawn from Mine, a family that no encoder can make a guide for: an encoder ends in a head, the layer that makes a distribution of a network's output, and [Family] on Mine names none. Write there 'Head = typeof(Ppl.Networks.NormalHead)', where the values are any real numbers, for a guide that is normal; else the head of a family with the same support, or one of your own.
        Observe(x, Normal(net.call(z), 1));
    }
}

[Family(Support.Real, Reparameterized = true)]
public sealed class Mine : Distribution
{
    public override long[] Shape => [2];
    public override bool IsReparameterized => true;
    public override Tensor Mean => zeros(2);
    public override Tensor Variance => ones(2);
    public override Tensor LogProb(Tensor value) => value;
    public override Tensor Entropy() => ones(2);
    public override Distribution With(Func<Tensor, Tensor> map) => this;
    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => this;
    public override Distribution Expand(params long[] sizes) => this;
    public override ValueFault? FindParameterFault() => null;
    public override ValueFault? FindValueFault(Tensor value) => null;
}
