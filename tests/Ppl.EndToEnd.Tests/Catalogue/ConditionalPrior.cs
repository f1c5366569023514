using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A prior that depends on a covariate, p(z | c): the closed form holds with K particles too.</summary>
public sealed partial class ConditionalPrior : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "ConditionalPrior", () => new ConditionalPrior(), (n, t) => [Real(t, n, 2), Real(t, n, 5)], ["z <- c, x"], ["z"]);

    private readonly Module<Tensor, Tensor> mean = Linear(2, 3), logScale = Linear(2, 3), decoder = Linear(3, 5);

    public ConditionalPrior() => RegisterComponents();

    [Model]
    private void Generate(Tensor c, Tensor x)
    {
        using var data = Plate(x, c);
        var z = Sample(Normal(mean.call(c), logScale: logScale.call(c)));
        Observe(x, Normal(decoder.call(z), 0.5));
    }
}
