using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Data observed in a block of their own and read after it; distributions in parentheses.</summary>
public sealed partial class NestedBlocks : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "NestedBlocks", () => new NestedBlocks(), (n, t) => [Real(t, n, 4), Real(t, n, 4)], ["z <- x, y"], ["z"]);

    private readonly Module<Tensor, Tensor> decoder = Linear(2, 4), carry = Linear(4, 4);

    public NestedBlocks() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample((Normal(0, 1).Expand(2)));
        {
            var mean = decoder.call(z);
            {
                Observe(x, ((Normal(mean, 1))));
            }
        }

        Observe(y, (Normal(carry.call(x) + decoder.call(z), 1)));
    }
}
