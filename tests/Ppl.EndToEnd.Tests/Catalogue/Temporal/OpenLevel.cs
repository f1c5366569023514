using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A single series of any length without rows: increments between its slices, one fewer than these.</summary>
public sealed partial class OpenLevel : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "OpenLevel", () => new OpenLevel(), (_, t) => [Real(t, 5)],
        ["d[3] <- ", "d[2] <- ", "d[1] <- ", "d[0] <- "], ["d[0]", "d[1]", "d[2]", "d[3]"]);

    private readonly TorchSharp.Modules.Parameter drift = new(zeros(1));

    public OpenLevel() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var years = x.shape[0];
        var d = new Tensor[years - 1];
        Observe(x[0], Normal(0, 2));
        for (var t = 1; t < years; t++)
        {
            var before = t - 1;
            d[before] = Sample(Normal(0, 1));
            Observe(x[t], Normal(x[t - 1] + drift[0] + d[before], 0.5));
        }
    }
}
