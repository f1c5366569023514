using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A series of any length, two steps at least: each state follows the two before it.</summary>
public sealed partial class SecondOrder : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "SecondOrder", () => new SecondOrder(), (n, t) => [Real(t, n, 4, 2)],
        ["z[3] <- x", "z[2] <- x[..3], z[3]", "z[1] <- x[..2], z[2], z[3]", "z[0] <- x[..1], z[1], z[2]"], ["z[0]"]);

    private readonly Module<Tensor, Tensor> first = Linear(2, 2), second = Linear(2, 2);

    public SecondOrder() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var steps = (int)x.size(1);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
        z[1] = Sample(Normal(first.call(z[0]), 1));
        for (var t = 2; t < steps; t++) z[t] = Sample(Normal(first.call(z[t - 1]) + second.call(z[t - 2]), 1));
        for (var t = 0; t < steps; t++) Observe(x[.., t], Normal(z[t], 0.5));
    }
}
