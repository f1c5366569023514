using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Data of a complete plate that are observed, and that the encoder of each row reads by index.</summary>
public sealed partial class Wells : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Wells",
        () => new Wells(),
        (n, t) => [Real(t, 4, 2), Real(t, 4), Real(t, n), (arange(n, dtype: ScalarType.Int64) + 1) % 4],
        ["depth <- ", "z <- soil[of], x, depth[of], depth"],
        ["depth", "z"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Wells() => RegisterComponents();

    [Model]
    private void Generate(Tensor soil, Tensor drilled, Tensor x, Tensor of)
    {
        var well = Plate(size: 4, soil, drilled);
        var depth = Sample(Normal(slope * soil.sum(1), 1), within: well);
        Observe(drilled, Normal(depth, 0.3), within: well);
        using var data = Plate(x, of);
        var z = Sample(Normal(depth[of] + soil[of].sum(1), 1));
        Observe(x, Normal(slope * z, 0.5));
    }
}
