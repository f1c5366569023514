using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A plate by number inside the rows: each row is the weighted sum of parts of its own.</summary>
public sealed partial class Parts : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Parts",
        () => new Parts(),
        (n, t) => [Real(t, n)],
        ["a <- x", "e <- x, a", "free <- x, e"],
        ["a", "e", "free"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Parts() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Sample(Normal(0, 1));
        var part = Plate(size: 3);
        var e = Sample(Normal(slope * a.unsqueeze(1), 1), within: part);
        var free = Sample(Normal(0, 1).Expand(2), within: part);
        Observe(x, Normal(e.sum(1) + free.sum([1L, 2L]), 0.5));
    }
}
