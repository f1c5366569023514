using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// Series of unequal lengths in a table that has room for the longest, counted from another start: what a row has is compared with the loop's variable.
/// The guide goes forwards.
/// </summary>
public sealed partial class Unequal : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Unequal", () => new Unequal(), Data,
        [
            "z[0] <- x, where(x)[1..4]", "z[1] <- x[1..4], where(x)[1..4], z[0]", "z[2] <- x[2..4], where(x)[2..4], z[1]",
            "z[3] <- x[3..4], where(x)[3..4], z[2]",
        ],
        ["z[0]", "z[1]", "z[2]", "z[3]"]);

    private readonly int steps = 4;
    private readonly Module<Tensor, Tensor> transition = Linear(2, 2), emission = Sequential(Linear(2, 3), Softplus());

    public Unequal() => RegisterComponents();

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x, Tensor length)
    {
        using var data = Plate(x, length);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
        Observe(x[.., .., 0], Dirichlet(emission.call(z[0]) + 0.5));
        for (var t = 0; t < steps - 1; t++)
        {
            z[t + 1] = Sample(Normal(transition.call(z[t]), 0.5));
            Observe(x[.., .., t + 1], Dirichlet(emission.call(z[t + 1]) + 0.5), where: length > t + 1);
        }
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var length = arange(rows).remainder(4) + 1;
        var x = Real(type, rows, 3, 4).softmax(1);
        return [where(arange(4).lt(length.unsqueeze(1)).unsqueeze(1), x, full_like(x, double.NaN)), length];
    }
}
