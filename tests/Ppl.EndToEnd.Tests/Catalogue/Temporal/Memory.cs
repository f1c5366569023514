using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// A state carried in a local through the loop: each latent depends on all before it, and the inverse has the edges that follow from that.
/// </summary>
public sealed partial class Memory : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Memory", () => new Memory(), (n, t) => [Real(t, n, 3, 2)],
        ["z[2] <- x", "z[1] <- x[..2], z[2]", "z[0] <- x[0], z[1], z[2]"], ["z[0]"]);

    private readonly TorchSharp.Modules.GRUCell cell = GRUCell(2, 4);
    private readonly Module<Tensor, Tensor> enter = Linear(2, 4), mean = Linear(4, 2), emission = Linear(2, 2);

    public Memory() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[3];
        z[0] = Sample(Normal(0, 1).Expand(2));
        Observe(x[.., 0], Normal(emission.call(z[0]), 0.5));
        var state = enter.call(z[0]);
        for (var t = 1; t < 3; t++)
        {
            z[t] = Sample(Normal(mean.call(state), 1));
            Observe(x[.., t], Normal(emission.call(z[t]), 0.5));
            state = cell.call(z[t], state);
        }
    }
}
