using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Each slice of the data depends on the slice before it, which the run has observed by then, and on a latent of its own.</summary>
public sealed partial class Autoregression : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Autoregression", () => new Autoregression(4), (n, t) => [Real(t, n, 4, 2)],
        ["z[2] <- x[2..4]", "z[1] <- x[1..3]", "z[0] <- x[0..2]"], ["z[0]", "z[1]", "z[2]"]);

    private readonly int length;
    private readonly Module<Tensor, Tensor> step = Linear(2, 2), shock = Linear(1, 2);

    public Autoregression(int length)
    {
        this.length = length;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Observe(x[TensorIndex.Colon, 0], Normal(0, 1).Expand(2));
        var z = new Tensor[length - 1];
        for (var t = 1; t < length; t++)
        {
            z[t - 1] = Sample(Normal(0, 1).Expand(1));
            var mean = step.call(x[.., t - 1]);
            Observe(x.select(1, t), Normal(mean + shock.call(z[t - 1]), 0.8));
        }
    }
}
