using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// Two lengths that are read where they are needed: a series as long as its input, which is given, and a second one of any length that follows its
/// last state. The last step of the first has a distribution of its own.
/// </summary>
public sealed partial class Driven : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Driven", () => new Driven(), (n, t) => [Real(t, n, 3, 2), Real(t, n, 2, 3), Real(t, n, 3, 1)],
        ["z[0] <- x, y, u", "z[1] <- x[1..3], y, u, z[0]", "z[2] <- x[2..3], y, u, z[1]"], ["z[0]", "z[1]", "z[2]"]);

    private readonly Module<Tensor, Tensor> next = Linear(2, 2), drive = Linear(1, 2), emission = Linear(2, 2), after = Linear(2, 3);

    public Driven() => RegisterComponents();

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x, Tensor y, Tensor u)
    {
        using var data = Plate(x, y, u);
        var z = new Tensor[u.shape[1]];
        var last = (int)u.shape[1] - 1;
        for (var t = 0; t < u.size(1); t++)
        {
            if (t == 0) z[t] = Sample(Normal(drive.call(u[.., t]), 1));
            else z[t] = Sample(Normal(next.call(z[t - 1]) + drive.call(u.select(1, t)), t < last ? 0.5 : 0.8));
            if (t < last) Observe(x[.., t], Normal(emission.call(z[t]), 0.6));
            else Observe(x[.., t], Normal(emission.call(z[t]), 0.9));
        }

        var mean = after.call(z[last]) / y.shape[1];
        for (var t = 0; t < y.shape[1]; t++) Observe(y[.., t], Normal(mean, 0.5));
    }
}
