using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using Ppl.Divergences;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [ClosedFormKl]
    private static Tensor Kl(Normal q, Moyal p) => q.Mean - p.Mean;
//                        ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because it is not public. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Moyal(net.call(ones(1, 2))));
//          ^ PPL0103: The divergence of 'z' is sampled, because no closed form of Normal || Moyal is registered. A method '[ClosedFormKl] public static Tensor Kl(...)' for that pair, in the class of the family or of the model, would make it exact.
        Observe(x, Normal(net.call(z), 1));
    }
}

[Family(Support.Real, Reparameterized = true, Head = typeof(Ppl.Networks.NormalHead))]
public sealed class Moyal(Tensor loc) : Distribution
{
    public override long[] Shape => loc.shape;
    public override bool IsReparameterized => true;
    public override Tensor Mean => loc + 1.2703628454614782;
    public override Tensor Variance => full_like(loc, Math.PI * Math.PI / 2);
    public override Tensor LogProb(Tensor value) => (loc - value - (loc - value).exp() - Math.Log(2 * Math.PI)) / 2;
    public override Tensor Entropy() => full_like(loc, (2.2703628454614782 + Math.Log(2 * Math.PI)) / 2);
    public override Distribution With(Func<Tensor, Tensor> map) => new Moyal(map(loc));
    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Moyal(map(loc, 0));
    public override Distribution Expand(params long[] sizes) => new Moyal(loc.expand(sizes));
    public override ValueFault? FindParameterFault() => null;
    public override ValueFault? FindValueFault(Tensor value) => null;

    [ClosedFormKl]
    public static double Kl(Normal q, Moyal p) => 0;
//                       ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because it returns 'Double' and not a Tensor. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.

    [ClosedFormKl]
    public static Tensor Kl<T>(Normal q, Moyal p) => q.Mean;
//                       ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because it is generic. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.

    [ClosedFormKl]
    public static Tensor Kl(Normal q, in Moyal p, int extra) => q.Mean;
//                       ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because it does not take two distributions. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.

    [ClosedFormKl]
    public static Tensor Kl(Normal q, in Moyal p) => q.Mean;
//                       ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because it takes a distribution by reference. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.

    [ClosedFormKl]
    public static Tensor Kl(Normal q, Distribution p) => q.Mean;
//                       ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because 'Distribution' is no family with the [Family] attribute. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.

    [ClosedFormKl]
    public Tensor Kl(Moyal q, Moyal p) => q.Mean - p.Mean;
//                ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because it is not static. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.
}

public static class Elsewhere
{
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Moyal p) => q.Mean - p.Mean;
//                       ^^ PPL0091: 'Kl' is marked [ClosedFormKl] and would never be used, because 'Elsewhere' is none of the classes that are looked through. A closed form is a public static method, not generic, that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.
}
