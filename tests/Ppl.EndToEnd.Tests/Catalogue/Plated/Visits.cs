using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Plates in blocks: one by number is entered, that of the rows is left and opened again, and a latent outside it stands between.</summary>
public sealed partial class Visits : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Visits",
        () => new Visits(),
        (n, t) => [Real(t, n), Real(t, n), arange(n, dtype: ScalarType.Int64) % 3],
        ["shift <- ", "alpha <- ", "z <- x, y, alpha[of], shift"],
        ["alpha", "z", "shift"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public Visits() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor of)
    {
        Tensor alpha, z;
        {
            using var group = Plate(size: 3);
            alpha = Sample(Normal(0, spread));
        }

        {
            using var first = Plate(x, of);
            var own = alpha[of];
            z = Sample(Normal(own, 1));
            Observe(x, Normal(z, 0.5));
        }

        var shift = Sample(Normal(0, 1));
        {
            using var second = Plate(x, y);
            Observe(y, Normal(z + shift, 0.5));
        }
    }
}
