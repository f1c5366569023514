using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Matrix factorization: a vector for each user and each film; a rating is their inner product and noise.</summary>
public sealed partial class Ratings : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Ratings",
        () => new Ratings(),
        (n, t) => [Real(t, n), arange(n, dtype: ScalarType.Int64) % 4, arange(n, dtype: ScalarType.Int64) % 3],
        ["v <- ", "u <- "],
        ["u", "v"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public Ratings() => RegisterComponents();

    [Model]
    private void Generate(Tensor rating, Tensor user, Tensor film)
    {
        var users = Plate(size: 4);
        var films = Plate(size: 3);
        var u = Sample(Normal(0, spread).Expand(2), within: users);
        var v = Sample(Normal(0, 1).Expand(2), within: films);
        using var data = Plate(rating, user, film);
        Observe(rating, Normal((u[user] * v.index_select(0, film)).sum(-1), 0.5));
    }
}
