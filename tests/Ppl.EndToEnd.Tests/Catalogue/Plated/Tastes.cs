using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>An effect for each pair of two plates by number; a rating reads it by two indices at once.</summary>
public sealed partial class Tastes : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Tastes",
        () => new Tastes(),
        (n, t) => [Real(t, n), arange(n, dtype: ScalarType.Int64) % 4, arange(n, dtype: ScalarType.Int64) % 3],
        ["mean <- ", "taste <- ", "mood <- rating, user, film, taste"],
        ["mean", "taste", "mood"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public Tastes() => RegisterComponents();

    [Model]
    private void Generate(Tensor rating, Tensor user, Tensor film)
    {
        var users = Plate(size: 4);
        var films = Plate(size: 3);
        var mean = Sample(Normal(0, spread), within: films);
        var taste = Sample(Normal(mean.unsqueeze(0), 1), within: (users, films));
        using var data = Plate(rating, user, film);
        var mood = Sample(Normal(0, 0.3));
        Observe(rating, Normal(taste[user, film] + mood, 0.5));
    }
}
