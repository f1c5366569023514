using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Bayesian linear regression: weights and noise are one for the whole data.</summary>
public sealed partial class LinearRegression : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "LinearRegression",
        () => new LinearRegression(),
        (n, t) => [Real(t, n), Real(t, n, 3)],
        ["noise <- ", "b <- ", "w <- "],
        ["w", "b"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public LinearRegression() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor x)
    {
        var w = Sample(Normal(0, spread).Expand(3));
        var b = Sample(Normal(0, 2));
        var noise = Sample(HalfNormal(1));
        using var data = Plate(y, x);
        Observe(y, Normal(matmul(x, w) + b, noise));
    }
}
