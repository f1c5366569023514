using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Observed classes: y ~ Categorical beside x.</summary>
public sealed partial class Classes : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Classes", () => new Classes(), (n, t) => [Real(t, n, 4), randint(0, 3, [n], dtype: ScalarType.Int64)], ["z <- x, y"], ["z"]);

    private readonly Module<Tensor, Tensor> toX = Linear(2, 4), toY = Linear(2, 3);

    public Classes() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Independent(Normal(toX.call(z), 1), 1));
        Observe(y, Categorical(logits: toY.call(z)));
    }
}
