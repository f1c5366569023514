using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A second layer, a second observation, and the prior of the first layer, by a field.</summary>
public sealed partial class Optional : GenerativeModel
{
    public static readonly CatalogueEntry Deep = new(
        "Optional, deep", () => new Optional(deep: true), (n, t) => [Real(t, n, 4), Real(t, n, 2)], ["h <- x, y", "z <- h"], ["z"]);

    public static readonly CatalogueEntry Shallow = new(
        "Optional, shallow", () => new Optional(deep: false), (n, t) => [Real(t, n, 4), Real(t, n, 2)], ["h <- x"], ["h"]);

    private readonly Module<Tensor, Tensor> up = Linear(2, 3), side = Linear(3, 2), decoder = Linear(3, 4);

    public Optional(bool deep)
    {
        HasTop = deep;
        RegisterComponents();
    }

    public bool HasTop { get; set; }

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        Tensor h;
        if (HasTop)
        {
            var z = Sample(Normal(0, 1).Expand(2));
            h = Sample(Normal(up.call(z), 0.8));
            Observe(y, Normal(side.call(h), 1));
        }
        else
        {
            h = Sample(Normal(0, 1).Expand(3));
        }

        Observe(x, Normal(decoder.call(h), 0.7));
    }
}
