using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A network whose weights are latents, some of them in a loop, and a number that is observed once, outside every plate.</summary>
public sealed partial class BayesianNetwork : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "BayesianNetwork",
        () => new BayesianNetwork(),
        (n, t) => [Real(t, n), Real(t, n, 4), Real(t)],
        ["noise <- ", "last <- ", "w[1] <- ", "w[0] <- "],
        ["w[0]", "w[1]", "last", "noise"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public BayesianNetwork() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor x, Tensor total)
    {
        var w = new Tensor[2];
        for (var i = 0; i < 2; i++) w[i] = Sample(Normal(0, spread).Expand(4, 4));
        var last = Sample(Normal(0, 1).Expand(4));
        var noise = Sample(Gamma(2, 2));
        Observe(total, Normal(last.sum(), noise));
        using var data = Plate(y, x);
        var h = x;
        for (var i = 0; i < 2; i++) h = matmul(h, w[i]).tanh();
        Observe(y, Normal(matmul(h, last), noise));
    }
}
