using System;
using Ppl;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>A model, a family and a divergence in no namespace, as in a small program.</summary>
public sealed partial class WithoutNamespace : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6);

    public WithoutNamespace() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Shifted(zeros(2)));
        Observe(x, Normal(decoder.call(z), 1));
    }
}

/// <summary>log p(x) = -(x - loc)^2 / 2 - log(2 pi) / 2.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(ShiftedHead))]
public sealed class Shifted(Tensor loc) : Distribution
{
    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);

    public override long[] Shape => loc.shape;

    public override bool IsReparameterized => true;

    public override Tensor Mean => loc;

    public override Tensor Variance => ones_like(loc);

    [ClosedFormKl]
    public static Tensor Kl(Shifted q, Shifted p) => (q.Mean - p.Mean).square() / 2;

    public override Tensor RSample(long[] sampleShape, Generator? generator) => loc + randn(DrawShape(sampleShape), dtype: loc.dtype, generator: generator);

    public override Tensor LogProb(Tensor value) => -((value - loc).square() / 2) - HalfLogTwoPi;

    public override Tensor Entropy() => full_like(loc, 0.5 + HalfLogTwoPi);

    public override Distribution With(Func<Tensor, Tensor> map) => new Shifted(map(loc));

    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Shifted(map(loc, 0));

    public override Shifted Expand(params long[] sizes) => new(loc.expand(sizes));

    public override ValueFault? FindParameterFault() => null;

    public override ValueFault? FindValueFault(Tensor value) => null;
}

public sealed class ShiftedHead() : LinearHead<Shifted>(nameof(ShiftedHead))
{
    protected override long Outputs(System.Collections.Generic.IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Shifted Build(Tensor outputs) => new(ToEvent(outputs));
}
