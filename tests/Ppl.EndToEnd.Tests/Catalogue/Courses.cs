using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Latent series that are one event each: w, r, k -> x.</summary>
public sealed partial class Courses : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Courses", () => new Courses(), (n, t) => [Real(t, n, 4)], ["k <- x", "r <- x, k", "w <- x, r, k"], ["w", "r"]);

    private readonly TorchSharp.Modules.Parameter pair = Parameter(eye(2));
    private readonly TorchSharp.Modules.Parameter lags = Parameter(0.5 * ones(2));
    private readonly Module<Tensor, Tensor> decoder = Linear(13, 4);

    public Courses() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var w = Sample(GaussianRandomWalk(0.5, 4));
        var r = Sample(AutoRegressive(lags, 1, 3, 0.5));
        var k = Sample(LinearGaussianStateSpace(3, 0, pair.tril(), 0.9 * pair.tril(), 0.5 * pair.tril(), pair + 0.5, pair.tril()));
        Observe(x, Normal(decoder.call(cat([w, r, k.flatten(-2)], -1)), 1));
    }
}
