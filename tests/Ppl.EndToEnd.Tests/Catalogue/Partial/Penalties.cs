using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// Factors outside the rows, in the rows, in an inner plate and in one that it names: latents that only a factor ties together see each other and the
/// data that it reads.
/// </summary>
public sealed partial class Penalties : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Penalties", () => new Penalties(), Data, ["scale <- ", "a <- x, c, scale", "b <- c, scale, a"], ["a", "b"]);

    private readonly Module<Tensor, Tensor> net = Linear(2, 3);

    public Penalties() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        var scale = Sample(HalfNormal(0.2));
        var narrow = -scale.square();
        Factor(narrow);
        var data = Plate(x, c);
        var a = Sample(Normal(0, 1).Expand(2), within: data);
        var b = Sample(Normal(0, 1).Expand(2), within: data);
        var near = -0.5 * (a - b - c).square().sum(-1) * scale;
        Factor(near, within: data);
        var item = Plate(x);
        var level = net.call(a);
        var small = -0.1 * level.abs();
        Factor(small, (data, item));
        Observe(x, Normal(level, 0.8), within: (data, item));
    }

    private static Tensor[] Data(long rows, ScalarType type) => [Real(type, rows, 3), Real(type, rows, 2)];
}
