using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Events of two dimensions, a full covariance around a mean that follows the plate, and a grid of categories.</summary>
public sealed partial class Shaped : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Shaped", () => new Shaped(), (n, t) => [randint(0, 3, [n, 4], dtype: ScalarType.Int64)], ["w <- x", "z <- w"], ["z"]);

    private readonly TorchSharp.Modules.Parameter factor = Parameter(eye(2) + (ones(2, 2).tril(-1) * 0.5));
    private readonly Module<Tensor, Tensor> mean = Linear(6, 2), decoder = Linear(2, 12);

    public Shaped() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2, 3));
        var w = Sample(MultivariateNormal(mean.call(z.flatten(1)), scaleTril: factor));
        Observe(x, Categorical(logits: decoder.call(w).view(-1, 4, 3)));
    }
}
