using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Three stochastic layers, with the scale given as its logarithm, in a <c>using</c> block.</summary>
public sealed partial class ThreeLayers : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "ThreeLayers", () => new ThreeLayers(), (n, t) => [Real(t, n, 5)], ["z1 <- x", "z2 <- z1", "z3 <- z2"], ["z3"]);

    private readonly Module<Tensor, Tensor> from3 = Linear(2, 3), logScale3 = Linear(2, 3), from2 = Linear(3, 4), from1 = Linear(4, 5);

    public ThreeLayers() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using (var data = Plate(x))
        {
            var z3 = Sample(Normal(0, 1).Expand(2));
            var z2 = Sample(Normal(from3.call(z3), logScale: logScale3.call(z3)));
            var z1 = Sample(Normal(from2.call(z2).tanh(), 0.5));
            Observe(x, Normal(from1.call(z1), 0.3));
        }
    }
}
