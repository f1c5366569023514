using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>One series and no plate: a random walk whose states have free parameters.</summary>
public sealed partial class Level : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Level", () => new Level(), (_, t) => [Real(t, 4, 2)], ["z[3] <- ", "z[2] <- ", "z[1] <- ", "z[0] <- "], ["z[0]"]);

    private readonly int years = 4;
    private readonly TorchSharp.Modules.Parameter drift = new(zeros(2));

    public Level() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var z = new Tensor[years];
        z[0] = Sample(Normal(0, 1).Expand(2));
        Observe(x[0], Normal(z[0], 0.5));
        for (var t = 1; t < years; t++)
        {
            z[t] = Sample(Normal(z[t - 1] + drift, 0.4));
            Observe(x[t], Normal(z[t], 0.5));
        }
    }
}
