using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A score that is told in some rows and a style that never is, of which the data are made (Kingma et al. 2014, with a real label).</summary>
public sealed partial class Labels : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Labels", () => new Labels(), Data, ["score <- x", "style <- x, score"], ["style", "score"]);

    private readonly Module<Tensor, Tensor> decoder = Sequential(Linear(4, 6), Tanh(), Linear(6, 5));

    public Labels() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor? told, Tensor known)
    {
        using var data = Plate(x, told, known);
        var style = Sample(Normal(0, 1).Expand(2));
        var score = Sample(Normal(1, 2).Expand(2), observed: told, where: known);
        Observe(x, Normal(decoder.call(cat([style, score], -1)), 0.5));
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var known = arange(rows).remainder(2).to(type);
        var told = Real(type, rows, 2);
        return [Real(type, rows, 5), where(known.unsqueeze(1).gt(0), told, full_like(told, double.NaN)), known];
    }
}
