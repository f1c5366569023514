using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A normal distribution that promises the compiler pathwise draws and at run time says that it has none.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(FickleHead))]
public sealed class Fickle(Tensor loc) : Distribution
{
    public override long[] Shape => loc.shape;

    public override bool IsReparameterized => false;

    public override Tensor Mean => loc;

    public override Tensor Variance => ones_like(loc);

    public override Tensor Sample(long[] sampleShape, Generator? generator) => (randn(DrawShape(sampleShape)) + loc).detach();

    public override Tensor LogProb(Tensor value) => -((value - loc).square() + Math.Log(2 * Math.PI)) / 2;

    public override Tensor Entropy() => full_like(loc, 0.5 + (0.5 * Math.Log(2 * Math.PI)));

    public override Fickle With(Func<Tensor, Tensor> map) => new(map(loc));

    public override Fickle Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => new(map(loc, 0));

    public override Fickle Expand(params long[] sizes) => new(loc.expand(sizes));

    public override ValueFault? FindParameterFault() => null;

    public override ValueFault? FindValueFault(Tensor value) => null;
}

public sealed class FickleHead() : LinearHead<Fickle>(nameof(FickleHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Fickle Build(Tensor outputs) => new(ToEvent(outputs));
}

/// <summary>A chain of three, then a latent of that family.</summary>
public sealed partial class AfterAChain : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 4);

    public AfterAChain() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var h = new Tensor[3];
        h[2] = Sample(Normal(0, 1).Expand(2));
        for (var i = 1; i >= 0; i--) h[i] = Sample(Normal(h[i + 1], 1));
#pragma warning disable PPL0103 // the family has no closed form
        var z = Sample(new Fickle(zeros(2)));
#pragma warning restore PPL0103
        Observe(x, Normal(decoder.call(h[0]), 1));
        Observe(y, Normal(z, 1));
    }
}
