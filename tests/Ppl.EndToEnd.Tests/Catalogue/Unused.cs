using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A latent that nothing reads, and a pair that no data reach: their guides have nothing to see, so that they are free parameters.</summary>
public sealed partial class Unused : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Unused", () => new Unused(), (n, t) => [Real(t, n, 4)], ["b <- ", "a <- b", "spare <- ", "z <- x"], ["z", "spare", "a"]);

    private readonly Module<Tensor, Tensor> toB = Linear(2, 3), decoder = Linear(2, 4);

    public Unused() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
#pragma warning disable PPL0101, PPL0102 // the point of this model
        var spare = Sample(Normal(0.5, 2).Expand(3));
        var a = Sample(Normal(0, 1).Expand(2));
        var b = Sample(Normal(toB.call(a), 1));
#pragma warning restore PPL0101, PPL0102
        Observe(x, Normal(decoder.call(z), 1));
    }
}
