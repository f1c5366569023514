using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Probabilistic PCA (Tipping and Bishop 1999): z ~ Normal(0, I), x ~ Normal(W z + mu, sigma).</summary>
public sealed partial class LinearGaussian : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "LinearGaussian", () => new LinearGaussian(), (n, t) => [Real(t, n, 5)], ["z <- x"], ["z"]);

    private readonly TorchSharp.Modules.Parameter loading = Parameter(randn(5, 2)), mean = Parameter(randn(5)), logNoise = Parameter(zeros(1));

    public LinearGaussian() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(matmul(z, loading.t()) + mean, logNoise.exp()));
    }
}
