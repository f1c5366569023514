using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Radon in houses (Gelman and Hill 2007) with uranium in the soil: a number for each county, which is no row of the houses.</summary>
public sealed partial class Uranium : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Uranium",
        () => new Uranium(),
        (n, t) => [Real(t, n), Real(t, 3), arange(n, dtype: ScalarType.Int64) % 3],
        ["slope <- ", "alpha <- "],
        ["slope", "alpha"]);

    private readonly TorchSharp.Modules.Parameter noise = new(tensor(0.7f), true);

    public Uranium() => RegisterComponents();

    [Model]
    private void Generate(Tensor level, Tensor uranium, Tensor of)
    {
        var slope = Sample(Normal(0, 1));
        var county = Plate(size: uranium.shape[0], uranium);
        var alpha = Sample(Normal(slope * uranium, 1), within: county);
        using var house = Plate(level, of);
        Observe(level, Normal(alpha[of], noise));
    }
}
