using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Numbers of groups that rows read by index, outside the rows, where the model has groups.</summary>
public sealed partial class Grouped : GenerativeModel
{
    public static readonly CatalogueEntry With = new(
        "Grouped", () => new Grouped(groups: 3), (n, t) => [Real(t, n), Real(t, n, 2), arange(n).remainder(3)],
        ["mean <- ", "alpha <- ", "b <- y, x, mean, alpha[group]"], ["mean", "alpha", "b"]);

    public static readonly CatalogueEntry Without = new(
        "Grouped, without groups", () => new Grouped(groups: 0), (n, t) => [Real(t, n), Real(t, n, 2), arange(n).remainder(3)],
        ["mean <- ", "b <- y, x, mean"], ["mean", "b"]);

    private readonly int groups;
    private readonly Module<Tensor, Tensor> slope = Linear(2, 1);

    public Grouped(int groups)
    {
        this.groups = groups;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor y, Tensor x, Tensor group)
    {
        var mean = Sample(Normal(0, 2));
        if (groups > 0)
        {
            var all = Plate(size: groups);
            var alpha = Sample(Normal(mean, 1), within: all);
            using var rows = Plate(y, x, group);
            var b = Sample(Normal(alpha[group], 1));
            Observe(y, Normal(b + slope.call(x).squeeze(-1), 0.5));
        }
        else
        {
            using var rows = Plate(y, x, group);
            var b = Sample(Normal(mean, 1));
            Observe(y, Normal(b + slope.call(x).squeeze(-1), 0.5));
        }
    }
}
