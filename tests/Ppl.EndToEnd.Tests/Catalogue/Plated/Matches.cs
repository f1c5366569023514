using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Paired comparisons (Bradley and Terry 1952): a match reads the strengths of two teams, by two indices of one plate.</summary>
public sealed partial class Matches : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Matches",
        () => new Matches(),
        (n, t) => [Binary(t, n), arange(n, dtype: ScalarType.Int64) % 3, ((arange(n, dtype: ScalarType.Int64) * 2) + 1) % 3],
        ["strength <- ", "form <- y, strength[home], strength[away]"],
        ["strength", "form"]);

    private readonly TorchSharp.Modules.Parameter spread = new(tensor(0.7f), true);

    public Matches() => RegisterComponents();

    [Model]
    private void Generate(Tensor y, Tensor home, Tensor away)
    {
        var team = Plate(size: 3);
        var strength = Sample(Normal(0, spread), within: team);
        using var match = Plate(y, home, away);
        var form = Sample(Normal(0, 0.5));
        Observe(y, Bernoulli(logits: strength[home] - strength[away] + form));
    }
}
