using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Nested plates: classes of pupils around a mean of all.</summary>
public sealed partial class Pupils : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Pupils",
        () => new Pupils(),
        (n, t) => [Real(t, n, 3)],
        ["mu <- ", "a <- x, mu", "e <- x, a"],
        ["mu", "a", "e"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Pupils() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var mu = Sample(Normal(0, 1));
        using var data = Plate(x);
        var a = Sample(Normal(mu, 1));
        using var pupil = Plate(x);
        var e = Sample(Normal(a.unsqueeze(1), 1));
        Observe(x, Normal(slope * e, 0.5));
    }
}
