using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two kinds of measurement of each row, one of which is missing in some: NaN stands there.</summary>
public sealed partial class Surveys : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new("Surveys", () => new Surveys(), Data, ["z <- x, y, present"], ["z"]);

    private readonly Module<Tensor, Tensor> first = Linear(3, 4), second = Sequential(Linear(3, 2), Softplus());

    public Surveys() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor present)
    {
        using var data = Plate(x, y, present);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Normal(first.call(z), 0.5));
        Observe(y, LogNormal(first.call(z)[.., ..2], second.call(z) + 0.1), where: present);
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var present = Binary(type, rows);
        var y = Real(type, rows, 2).exp();
        return [Real(type, rows, 4), where(present.unsqueeze(1).gt(0), y, full_like(y, double.NaN)), present];
    }
}
