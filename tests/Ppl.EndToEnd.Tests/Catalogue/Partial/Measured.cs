using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// A chain whose middle is measured at some places, in two plates and on positive numbers: what is known of the middle tells of its start.
/// </summary>
public sealed partial class Measured : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Measured", () => new Measured(), Data,
        ["mean <- ", "top <- x, measure, known, mean", "level <- x, top", "rest <- x, level"], ["mean", "top", "level", "rest"]);

    private readonly Module<Tensor, Tensor> net = Sequential(Linear(2, 2), Softplus());

    public Measured() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor? measure, Tensor known)
    {
        var mean = Sample(Normal(0, 1));
        using var data = Plate(x, measure, known);
        var top = Sample(Normal(mean, 1).Expand(2));
        using var part = Plate(x, measure, known);
        var level = Sample(LogNormal(net.call(top), 0.5), observed: measure, where: known);
        var rest = Sample(Normal(0, 1));
        Observe(x, Normal(level + rest, 0.7));
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var known = Binary(type, rows, 2).to(ScalarType.Bool);
        var measure = Real(type, rows, 2).exp();
        return [Real(type, rows, 2), where(known, measure, full_like(measure, -1)), known];
    }
}
