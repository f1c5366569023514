using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A chain whose first round is another one, and whose noise is that of every second round.</summary>
public sealed partial class Rounds : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Rounds", () => new Rounds(4), (n, t) => [Real(t, n, 2)],
        ["h[3] <- x", "h[2] <- h[3]", "h[1] <- h[2]", "h[0] <- h[1]"], ["h[0]"]);

    private readonly int steps;
    private readonly Module<Tensor, Tensor> walk = Linear(2, 2);

    public Rounds(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[steps];
        for (var i = 0; i < steps; i++)
        {
            if (i == 0) h[i] = Sample(Normal(0, 1).Expand(2));
            else if (i % 2 == 0) h[i] = Sample(Normal(walk.call(h[i - 1]), 0.5));
            else h[i] = Sample(Normal(h[i - 1], 1));
        }

        Observe(x, Normal(h[steps - 1], 0.5));
    }
}
