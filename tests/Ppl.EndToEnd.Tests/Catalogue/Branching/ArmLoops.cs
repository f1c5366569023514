using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Exclusive arms with loops of their own: in a loop over layers, and around slices of the data.</summary>
public sealed partial class ArmLoops : GenerativeModel
{
    public static readonly CatalogueEntry Near = new(
        "ArmLoops, near", () => new ArmLoops(isFar: false), (n, t) => [Real(t, n, 3, 2)],
        ["h[3] <- x", "h[2] <- x, h[3]", "h[1] <- h[3]", "h[0] <- h[2]"], ["h[0]", "h[1]"]);

    public static readonly CatalogueEntry Far = new(
        "ArmLoops, far", () => new ArmLoops(isFar: true), (n, t) => [Real(t, n, 3, 2)],
        ["h[3] <- x", "h[2] <- x, h[3]", "h[1] <- h[3]", "h[0] <- h[2]"], ["h[0]", "h[1]"]);

    private readonly bool isFar;
    private readonly Module<Tensor, Tensor> up = Linear(2, 2), low = Linear(2, 2), high = Linear(2, 2);

    public ArmLoops(bool isFar)
    {
        this.isFar = isFar;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[2, 2];
        for (var i = 0; i < 2; i++) h[0, i] = Sample(Normal(0, 1).Expand(2));
        for (var l = 1; l < 2; l++)
        {
            if (isFar)
            {
                for (var i = 0; i < 2; i++) h[l, i] = Sample(Normal(up.call(h[l - 1, i]), 2));
            }
            else
            {
                for (var k = 1; k >= 0; k--) h[l, k] = Sample(Normal(h[l - 1, k], 0.3));
            }
        }

        if (isFar)
        {
            for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(low.call(h[1, 0]) + high.call(h[1, 1]), 1));
        }
        else
        {
            Observe(x[.., 2], Normal(h[1, 0], 0.4));
            for (var t = 0; t < 2; t++) Observe(x[.., t], Normal(h[1, 0] * h[1, 1], 0.6));
        }
    }
}
