using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two loops with lengths of their own: layers of latents that give a series its first state, and the series.</summary>
public sealed partial class TwoLengths : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TwoLengths", () => new TwoLengths(2, 3), (n, t) => [Real(t, n, 3, 2)],
        ["z[2] <- x", "z[1] <- x[..2], z[2]", "z[0] <- x[..1], z[1]", "h[0] <- z[0]", "h[1] <- h[0]"], ["h[1]"]);

    private readonly int layers, steps;
    private readonly Module<Tensor, Tensor> down = Linear(2, 2), enter = Linear(2, 2), transition = Linear(2, 2), emission = Linear(2, 2);

    public TwoLengths(int layers, int steps)
    {
        (this.layers, this.steps) = (layers, steps);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        h[layers - 1] = Sample(Normal(0, 1).Expand(2));
        for (var l = layers - 2; l >= 0; l--) h[l] = Sample(Normal(down.call(h[l + 1]), 0.7));
        var z = new Tensor[steps];
        z[0] = Sample(Normal(enter.call(h[0]), 0.5));
        for (var t = 1; t < steps; t++) z[t] = Sample(Normal(transition.call(z[t - 1]), 0.5));
        for (var t = 0; t < steps; t++) Observe(x[.., t], Normal(emission.call(z[t]), 0.6));
    }
}
