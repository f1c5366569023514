using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A node of a tree around its parent, which it reads by index: all nodes stand in one complete plate.</summary>
public sealed partial class Tree : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Tree",
        () => new Tree(),
        (n, t) => [Real(t, n), (arange(n, dtype: ScalarType.Int64) - 1).clamp(0), Real(t, n)],
        ["shift <- ", "z <- "],
        ["z"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Tree() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor parent, Tensor c)
    {
        using var node = Plate(size: parent.shape[0], x, parent, c);
        var z = Sample(Normal(slope * c, 1));
        var shift = Sample(Normal(z[parent], 1));
        Observe(x, Normal(z[parent] + shift, 0.5));
    }
}
