using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A latent of each row around what its group, which it reads by index, has in common.</summary>
public sealed partial class Growth : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Growth",
        () => new Growth(),
        (n, t) => [Real(t, n), arange(n, dtype: ScalarType.Int64) % 3],
        ["mu <- ", "alpha <- ", "z <- x, alpha[of]"],
        ["mu", "alpha", "z"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Growth() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor of)
    {
        var mu = Sample(Normal(0, 1));
        var group = Plate(size: 3);
        var alpha = Sample(Normal(mu, 1), within: group);
        using var data = Plate(x, of);
        var z = Sample(Normal(alpha[of], 1));
        Observe(x, Normal(slope * z, 0.5));
    }
}
