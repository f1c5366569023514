using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Radon in houses (Gelman and Hill 2007): an intercept and a slope for each county, which houses read by index.</summary>
public sealed partial class Radon : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Radon",
        () => new Radon(),
        (n, t) => [Real(t, n), Binary(t, n), arange(n, dtype: ScalarType.Int64) % Counties],
        ["noise <- ", "spread <- ", "mean <- ", "beta <- ", "alpha <- "],
        ["mean", "alpha", "beta", "noise"]);

    private const long Counties = 3;

    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.5f), true);

    public Radon() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor floor, Tensor of)
    {
        var mean = Sample(Normal(shift, 2).Expand(2));
        var spread = Sample(HalfNormal(1).Expand(2));
        var county = Plate(size: Counties);
        var alpha = Sample(Normal(mean[0], spread[0]), within: county);
        var beta = Sample(Normal(mean[1], spread[1]), within: county);
        var noise = Sample(Gamma(2, 2));
        using var house = Plate(y, floor, of);
        Observe(y, Normal(alpha[of] + (beta.index_select(0, of) * floor), noise));
    }
}
