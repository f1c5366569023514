using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Nested plates whose inner latents are drawn around what their row reads by index.</summary>
public sealed partial class Districts : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Districts",
        () => new Districts(),
        (n, t) => [Real(t, n, 3), arange(n, dtype: ScalarType.Int64) % 4],
        ["beta <- ", "alpha <- ", "e <- x, alpha[of], beta[of]"],
        ["alpha", "beta", "e"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Districts() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor of)
    {
        var district = Plate(size: 4);
        var alpha = Sample(Normal(0, 1), within: district);
        var beta = Sample(Normal(0, 1).Expand(3), within: district);
        using var data = Plate(x, of);
        using var pupil = Plate(x);
        var e = Sample(Normal((slope * alpha[of].unsqueeze(1)) + beta[of], 1));
        Observe(x, Normal(e, 0.5));
    }
}
