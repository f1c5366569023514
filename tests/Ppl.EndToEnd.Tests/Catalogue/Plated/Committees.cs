using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Each row reads several values of a plate at once, by a matrix of indices.</summary>
public sealed partial class Committees : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Committees",
        () => new Committees(),
        (n, t) => [Real(t, n), arange(2 * n, dtype: ScalarType.Int64).reshape(n, 2) % 3],
        ["alpha <- ", "z <- y, alpha[members]"],
        ["alpha", "z"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public Committees() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor members)
    {
        var person = Plate(size: 3);
        var alpha = Sample(Normal(0, spread), within: person);
        using var committee = Plate(y, members);
        var z = Sample(Normal(alpha[members].sum(1), 1));
        Observe(y, Normal(z, 0.5));
    }
}
