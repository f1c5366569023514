using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary><see cref="StateSpace"/> for series of any length: the model reads it off the data.</summary>
public sealed partial class OpenSeries : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "OpenSeries", () => new OpenSeries(), (n, t) => [Real(t, n, 4)],
        ["z[3] <- x", "z[2] <- x[..3], z[3]", "z[1] <- x[..2], z[2]", "z[0] <- x[..1], z[1]"], ["z[0]"]);

    private readonly TorchSharp.Modules.Parameter decay = new(tensor(0.8f)), loading = new(tensor(1.3f));

    public OpenSeries() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var steps = (int)x.shape[1];
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0.25, 1.5));
        Observe(x[.., 0], Normal(loading * z[0], 0.7));
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(decay * z[t - 1], 0.5));
            Observe(x[.., t], Normal(loading * z[t], 0.7));
        }
    }
}
