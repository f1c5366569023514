using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A chain upwards with a covariate at every step, observed at its end: the inverse runs the loop backwards.</summary>
public sealed partial class Series : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Series", () => new Series(), (n, t) => [Real(t, n, 2), Real(t, n, 6)], ["h[2] <- u, x", "h[1] <- u, h[2]", "h[0] <- u, h[1]"], ["h[0]"]);

    private readonly int length = 3;
    private readonly Module<Tensor, Tensor> step = Linear(3, 3), input = Linear(2, 3), decoder = Linear(3, 6);

    public Series() => RegisterComponents();

    [Model]
    private void Generate(Tensor u, Tensor x)
    {
        using var data = Plate(x, u);
        var h = new Tensor[length];
        h[0] = Sample(Normal(input.call(u), 1));
        for (var t = 1; t < length; t++) h[t] = Sample(Normal(step.call(h[t - 1]) + input.call(u), 0.8));
        Observe(x, Normal(decoder.call(h[length - 1]), 1));
    }
}
