using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A latent with a full covariance in the prior, given by its Cholesky factor.</summary>
public sealed partial class FullCovariance : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "FullCovariance", () => new FullCovariance(), (n, t) => [Real(t, n, 5)], ["z <- x"], ["z"]);

    private readonly TorchSharp.Modules.Parameter loc = Parameter(zeros(3));
    private readonly TorchSharp.Modules.Parameter factor = Parameter(eye(3) + (ones(3, 3).tril(-1) * 0.3));
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 5);

    public FullCovariance() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(MultivariateNormal(loc, scaleTril: factor.tril()));
        Observe(x, Normal(decoder.call(z), 0.5));
    }
}
