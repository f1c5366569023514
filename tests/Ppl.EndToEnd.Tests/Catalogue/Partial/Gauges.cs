using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A time series with missing measurements: each slice has the slice of the mask.</summary>
public sealed partial class Gauges : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Gauges", () => new Gauges(), Data,
        ["z[2] <- x, where(x)", "z[1] <- x[..2], where(x)[..2], z[2]", "z[0] <- x[..1], where(x)[..1], z[1]"], ["z[0]"]);

    private readonly int steps = 3;
    private readonly Module<Tensor, Tensor> transition = Linear(2, 2), emission = Linear(2, 4);

    public Gauges() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor there)
    {
        using var data = Plate(x, there);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
        Observe(x[.., 0], Normal(emission.call(z[0]), 0.5), where: there[.., 0]);
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(transition.call(z[t - 1]), 0.5));
            Observe(x[.., t], Normal(emission.call(z[t]), 0.5), where: there[.., t]);
        }
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var there = (arange(rows).unsqueeze(1) + arange(3)).remainder(3).gt(0);
        var x = Real(type, rows, 3, 4);
        return [where(there.unsqueeze(2), x, full_like(x, double.NaN)), there];
    }
}
