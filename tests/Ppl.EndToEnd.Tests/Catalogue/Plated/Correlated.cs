using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Correlated intercepts and slopes: a vector event in a plate by number, around a mean of all groups.</summary>
public sealed partial class Correlated : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Correlated",
        () => new Correlated(),
        (n, t) => [Real(t, n), Real(t, n), arange(n, dtype: ScalarType.Int64) % 3],
        ["mean <- ", "ab <- ", "z <- y, x, ab[of]"],
        ["mean", "z"]);

    private readonly TorchSharp.Modules.Parameter factor = new(tensor(new float[,] { { 1, 0 }, { 0.5f, 0.8f } }), true);

    public Correlated() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor x, Tensor of)
    {
        var mean = Sample(Normal(0, 1).Expand(2));
        var group = Plate(size: 3);
        var ab = Sample(MultivariateNormal(mean, scaleTril: factor.tril()), within: group);
        using var data = Plate(y, x, of);
        var own = ab[of];
        var z = Sample(Normal(own.select(1, 0), 1));
        Observe(y, Normal(z + (own.select(1, 1) * x), 0.5));
    }
}
