using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>One array that two loops fill, a round of the inner one for each of the outer; data are observed by both, and a loop over a range reads it.</summary>
public sealed partial class Interleaved : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Interleaved", () => new Interleaved(), (n, t) => [Real(t, n, 4)],
        ["h[3] <- x[2..4]", "h[2] <- x[2], h[3]", "h[1] <- x[..2]", "h[0] <- x[0], h[1]"],
        ["h[0]", "h[2]"]);

    private readonly Module<Tensor, Tensor> net = Linear(1, 1);

    public Interleaved() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[4];
        foreach (var pair in Enumerable.Range(0, 2))
        {
            h[2 * pair] = Sample(Normal(0, 1));
            h[(2 * pair) + 1] = Sample(Normal(net.call(h[2 * pair].unsqueeze(1)).squeeze(1), 1));
            for (var i = 0; i < 2; i++) Observe(x[.., (pair * 2) + i], Normal(h[(pair * 2) + i], 0.5));
        }
    }
}
