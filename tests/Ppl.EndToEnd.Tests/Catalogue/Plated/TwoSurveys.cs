using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two rows plates side by side, which share a mean.</summary>
public sealed partial class TwoSurveys : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TwoSurveys",
        () => new TwoSurveys(),
        (n, t) => [Real(t, n), Real(t, n + 2)],
        ["mu <- ", "v <- y, mu", "u <- x, mu"],
        ["mu", "u", "v"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public TwoSurveys() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        var mu = Sample(Normal(0, 1));
        var first = Plate(x);
        var u = Sample(Normal(mu, 1), within: first);
        Observe(x, Normal(slope * u, 0.5), within: first);
        var second = Plate(y);
        var v = Sample(Normal(mu, 2), within: second);
        Observe(y, Normal(slope * v, 1), within: second);
    }
}
