using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Time is the last dimension of the data, its length is constant, the loops run backwards, and a statement reads all of the data.</summary>
public sealed partial class TimeLast : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TimeLast", () => new TimeLast(), (n, t) => [Real(t, n, 2, 3), Real(t, n)],
        ["scale <- x, y", "z[0] <- x, scale", "z[1] <- x[1..3], scale, z[0]", "z[2] <- x[2], scale, z[1]"], ["scale", "z[2]"]);

    private readonly Module<Tensor, Tensor> up = Linear(2, 2);

    public TimeLast() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var scale = Sample(Normal(0, 1));
        var z = new Tensor[3];
        z[2] = Sample(Normal(0, 1).Expand(2));
        for (var t = 1; t >= 0; t--) z[t] = Sample(Normal(up.call(z[t + 1]), 0.6));
        for (var t = 2; t >= 0; t--) Observe(x[.., .., t], Normal(z[t] * scale.unsqueeze(1), 0.5));
        Observe(y, Normal(x.mean([1, 2]) + scale, 0.3));
    }
}
