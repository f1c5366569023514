using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Masks that the data tell themselves: NaN is what is missing, in one site, in elements of a plate, and in what is known of a latent.</summary>
public sealed partial class Blanks : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Blanks", () => new Blanks(), Data,
        ["z <- x, y, grade, where(grade), where(x), where(y)", "mark <- x, where(x), z"], ["z", "mark"]);

    private readonly Module<Tensor, Tensor> first = Linear(2, 3), second = Linear(2, 4);

    public Blanks() => RegisterComponents();

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x, Tensor y, Tensor? grade)
    {
        using var data = Plate(x, y, grade);
        var z = Sample(Normal(0, 1).Expand(2));
        var mark = Sample(Normal(z.sum(-1), 1), observed: grade, where: grade!.isfinite());
        Observe(x, Normal(first.call(z) + mark.unsqueeze(1), 0.5), where: x.isfinite().all(-1));
        using var item = Plate(y);
        Observe(y, Normal(second.call(z), 0.5), where: y.isfinite());
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var (x, y, grade) = (Real(type, rows, 3), Real(type, rows, 4), Real(type, rows));
        return
        [
            where(arange(rows).remainder(2).eq(0).unsqueeze(1), x, full_like(x, double.NaN)),
            where((arange(rows).unsqueeze(1) + arange(4)).remainder(3).gt(0), y, full_like(y, double.NaN)),
            where(arange(rows).remainder(3).eq(1), grade, full_like(grade, double.NaN)),
        ];
    }
}
