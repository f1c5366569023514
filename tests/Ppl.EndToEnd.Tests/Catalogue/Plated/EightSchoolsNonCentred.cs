using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Eight schools, non-centred: each effect is a standard normal, scaled and moved by what all schools share.</summary>
public sealed partial class EightSchoolsNonCentred : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "EightSchoolsNonCentred",
        () => new EightSchoolsNonCentred(),
        (n, t) => [Real(t, n) * 8, (Real(t, n).abs() * 5) + 8],
        ["tau <- ", "mu <- ", "eta <- y, sigma, mu, tau"],
        ["mu", "eta"]);

    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.5f), true);

    public EightSchoolsNonCentred() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor sigma)
    {
        var mu = Sample(Normal(shift, 5));
        var tau = Sample(HalfCauchy(5));
        var school = Plate(y, sigma);
        var eta = Sample(Normal(0, 1), within: school);
        var theta = mu + (tau * eta);
        Observe(y, Normal(theta, sigma), within: school);
    }
}
