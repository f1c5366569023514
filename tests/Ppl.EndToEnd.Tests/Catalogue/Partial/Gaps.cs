using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Groups of different sizes in a table that has room for the largest: what each row has is a mask over both plates.</summary>
public sealed partial class Gaps : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Gaps", () => new Gaps(), Data, ["mean <- ", "level <- scores, count, mean", "slope <- scores, count, level"],
        ["mean", "level", "slope"]);

    [Model]
    private void Generate(Tensor scores, Tensor count)
    {
        var mean = Sample(Normal(0, 2));
        using var school = Plate(scores, count);
        var level = Sample(Normal(mean, 1));
        var slope = Sample(Normal(0, 1));
        using var pupil = Plate(scores);
        var expected = level.unsqueeze(1) + (slope.unsqueeze(1) * arange(4));
        Observe(scores, Normal(expected, 0.7), where: arange(4).lt(count.unsqueeze(1)));
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var count = arange(rows).remainder(5).to(type);
        var scores = Real(type, rows, 4);
        return [where(arange(4).lt(count.unsqueeze(1)), scores, full_like(scores, double.NaN)), count];
    }
}
