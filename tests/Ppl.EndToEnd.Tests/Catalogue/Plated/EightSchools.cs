using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Eight schools, centred (Rubin 1981): the effects are drawn around a mean and a spread of all schools.</summary>
public sealed partial class EightSchools : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "EightSchools",
        () => new EightSchools(),
        (n, t) => [Real(t, n) * 8, (Real(t, n).abs() * 5) + 8],
        ["tau <- ", "mu <- ", "theta <- y, sigma, mu, tau"],
        ["mu", "tau", "theta"]);

    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.5f), true);

    public EightSchools() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor sigma)
    {
        var mu = Sample(Normal(shift, 5));
        var tau = Sample(Gamma(2, 0.5));
        using var school = Plate(y, sigma);
        var theta = Sample(Normal(mu, tau));
        Observe(y, Normal(theta, sigma));
    }
}
