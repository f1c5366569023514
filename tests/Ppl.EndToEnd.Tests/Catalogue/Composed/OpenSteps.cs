using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A submodel draws the elements of an array that is as long as the data.</summary>
public sealed partial class OpenSteps : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "OpenSteps", () => new OpenSteps(), (n, t) => [Real(t, n, 3, 3), Real(t, n, 3)],
        ["h[2].e <- x, u", "h[1].e <- x[..2], u, h[2].e", "h[0].e <- x[..1], u, h[1].e"], []);

    private readonly Step step = new();

    public OpenSteps() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor u)
    {
        using var data = Plate(x, u);
        var steps = (int)x.shape[1];
        var state = u;
        var h = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            h[t] = step.Draw(state);
            state = h[t];
            Observe(x[.., t], Normal(h[t], 0.7));
        }
    }
}
