using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A recurrent decoder: a cell that runs over the steps in a loop without sites, and sees folded particles as more rows.</summary>
public sealed partial class Recurrent : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Recurrent", () => new Recurrent(), (n, t) => [Real(t, n, 4, 2)], ["z <- x"], ["z"]);

    private readonly TorchSharp.Modules.GRUCell cell = GRUCell(2, 5);
    private readonly Module<Tensor, Tensor> start = Linear(3, 5), output = Linear(5, 2);

    public Recurrent() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        var state = start.call(z);
        var means = new List<Tensor> { output.call(state) };
        while (means.Count < 4)
        {
            state = cell.call(means[^1], state);
            means.Add(output.call(state));
        }

        Observe(x, Normal(stack(means, 1), 0.5));
    }
}
