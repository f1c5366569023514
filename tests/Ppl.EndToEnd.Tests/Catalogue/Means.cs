using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A decoder whose mean results have, and a number that is the same for all rows.</summary>
public sealed partial class Means : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new("Means", () => new Means(), (n, t) => [Real(t, n, 4)], ["z <- x"], ["z"]);

    private readonly Module<Tensor, Tensor> decoder = Linear(2, 4);
    private readonly TorchSharp.Modules.Parameter logNoise = new(zeros(1), true);

    public Means() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var noise = Deterministic(logNoise.exp());
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var mean = Deterministic(decoder.call(z));
        Observe(x, Normal(mean, noise));
    }
}
