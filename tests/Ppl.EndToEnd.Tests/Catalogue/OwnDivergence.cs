using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A family of the user's own, with a head of its own for a guide of another family, and a closed form in the model's class.</summary>
public sealed partial class OwnDivergence : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new("OwnDivergence", () => new OwnDivergence(), (n, t) => [Real(t, n, 4)], ["z <- x"], ["z"]);

    private readonly Module<Tensor, Tensor> decoder = Linear(2, 4);

    public OwnDivergence() => RegisterComponents();

    /// <summary>KL of two normals, whichever classes they are of.</summary>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Gaussian p) =>
        (((q.Variance + (q.Mean - p.Mean).square()) / (p.Scale * p.Scale)) - q.Variance.log() - 1) / 2 + Math.Log(p.Scale);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Gaussian(zeros(2), 1.5));
        Observe(x, Normal(decoder.call(z), 1));
    }
}

/// <summary>A normal distribution that no class of Ppl.Core knows of.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(UnitHead))]
public sealed class Gaussian(Tensor loc, double scale) : Distribution
{
    public double Scale => scale;

    public override long[] Shape => loc.shape;

    public override bool IsReparameterized => true;

    public override Tensor Mean => loc;

    public override Tensor Variance => full_like(loc, scale * scale);

    public override Tensor RSample(long[] sampleShape, Generator? generator) => loc + (randn(DrawShape(sampleShape), dtype: loc.dtype, generator: generator) * scale);

    public override Tensor LogProb(Tensor value) => -(((value - loc) / scale).square() / 2) - Math.Log(scale * Math.Sqrt(2 * Math.PI));

    public override Tensor Entropy() => full_like(loc, Math.Log(scale * Math.Sqrt(2 * Math.PI * Math.E)));

    public override Gaussian With(Func<Tensor, Tensor> map) => new(map(loc), scale);

    public override Gaussian Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => new(map(loc, 0), scale);

    public override Gaussian Expand(params long[] sizes) => new(loc.expand(sizes), scale);

    public override ValueFault? FindParameterFault() => null;

    public override ValueFault? FindValueFault(Tensor value) => null;
}

/// <summary>A normal with a scale of one, from one output for each coordinate.</summary>
public sealed class UnitHead() : LinearHead<Normal>(nameof(UnitHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Normal Build(Tensor outputs) => new(ToEvent(outputs), 1.0);
}
