using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>One number a site, arguments by name and in another order, a primary constructor, and a parameter of the base class.</summary>
public sealed partial class Scalars(double noise) : WithSlope
{
    public static readonly CatalogueEntry Entry = new("Scalars", () => new Scalars(0.5), (n, t) => [Real(t, n)], ["b <- x", "a <- b"], ["a"]);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Sample(distribution: Normal(scale: 1, loc: 0));
        var b = Sample(Normal(this.Slope * a, noise));
        Observe(distribution: Normal(b, scale: noise), value: x);
    }
}

/// <summary>What models of a line share.</summary>
public abstract class WithSlope : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter slope = Parameter(ones(1));

    protected WithSlope() => RegisterComponents();

    protected Tensor Slope => slope;
}
