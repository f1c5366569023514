using Ppl.Flows;
using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A flow as the prior of a latent, one of another latent given it, and one as the likelihood given both.</summary>
public sealed partial class Flowing : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Flowing",
        () => new Flowing(),
        (n, t) => [Real(t, n, 3)],
        ["u <- x", "z <- x, u"],
        []);

    private readonly Flow prior = Flow.Sequence(new Coupling(2, hidden: [4]), new Planar(2));
    private readonly Flow given = new MaskedAutoregressive(2, context: 2, hidden: [4]);
    private readonly Flow likelihood = Flow.Sequence(new MaskedAutoregressive(3, context: 4, hidden: [4]), new InvertibleLinear(3));

    public Flowing() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(prior.Distribution());
        var u = Sample(given.Distribution(z));
        Observe(x, likelihood.Distribution(cat([z, u], -1)));
    }
}

/// <summary>y = b + a² + noise for standard normal a and b: the posterior of (a, b) is a banana, for each row.</summary>
public sealed partial class Bananas : GenerativeModel
{
    [Model]
    private void Generate(Tensor y)
    {
        using var data = Plate(y);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(y, Normal(z[.., 1] + z[.., 0].square(), 0.3));
    }
}

/// <summary>The same with one (a, b) for all rows, outside of them.</summary>
public sealed partial class Banana : GenerativeModel
{
    [Model]
    private void Generate(Tensor y)
    {
        var z = Sample(Normal(0, 1).Expand(2));
        using var data = Plate(y);
        Observe(y, Normal(z[1] + z[0].square(), 0.6));
    }
}
