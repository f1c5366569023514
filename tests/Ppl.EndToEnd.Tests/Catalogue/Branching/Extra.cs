using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two observations, each of which a field may leave out.</summary>
public sealed partial class Extra : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new("Extra", () => new Extra(), (n, t) => [Real(t, n, 2), Real(t, n, 2)], ["z <- x, y"], ["z"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Extra() => RegisterComponents();

    public bool IsSeen { get; set; } = true;

    public bool IsMeasured { get; set; } = true;

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(2));
        if (IsSeen) Observe(x, Normal(slope * z, 1));
        if (IsMeasured) Observe(y, Normal(z, 1));
    }
}
