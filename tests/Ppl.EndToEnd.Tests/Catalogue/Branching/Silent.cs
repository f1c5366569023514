using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A time series with missing measurements, which a field may leave out as a whole; what is left is a number for each row.</summary>
public sealed partial class Silent : GenerativeModel
{
    public static readonly CatalogueEntry With = new(
        "Silent with", () => new Silent(true), Data,
        ["z[2] <- x, y, where(x)", "z[1] <- x[..2], where(x)[..2], z[2]", "z[0] <- x[..1], where(x)[..1], z[1]"], ["z[0]"]);

    public static readonly CatalogueEntry Without = new(
        "Silent without", () => new Silent(false), Data, ["z[2] <- y", "z[1] <- z[2]", "z[0] <- z[1]"], ["z[0]"]);

    private readonly int steps = 3;
    private readonly bool isSeen;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Silent(bool isSeen)
    {
        this.isSeen = isSeen;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
        for (var t = 1; t < steps; t++) z[t] = Sample(Normal(net.call(z[t - 1]), 0.5));
        if (isSeen)
        {
            for (var t = 0; t < steps; t++) Observe(x[.., t], Normal(z[t], 0.5), where: x[.., t].isfinite().all(-1));
        }

        Observe(y, Normal(z[steps - 1].sum(-1), 1));
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var x = Real(type, rows, 3, 2);
        return [where((arange(rows).unsqueeze(1) + arange(3)).remainder(3).gt(0).unsqueeze(2), x, full_like(x, double.NaN)), Real(type, rows)];
    }
}
