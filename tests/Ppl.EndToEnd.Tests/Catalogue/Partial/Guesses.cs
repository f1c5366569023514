using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A score that one arm knows in some rows and the other never, and data of which each arm leaves out other rows.</summary>
public sealed partial class Guesses : GenerativeModel
{
    public static readonly CatalogueEntry Told = new(
        "Guesses, told", () => new Guesses(isBlind: false), Data, ["score <- x, seen, hidden", "style <- x, seen, hidden, score"], ["style", "score"]);

    public static readonly CatalogueEntry Blind = new(
        "Guesses, blind", () => new Guesses(isBlind: true), Data, ["score <- x, seen, hidden", "style <- x, seen, hidden, score"], ["style", "score"]);

    private readonly Module<Tensor, Tensor> decoder = Sequential(Linear(4, 6), Tanh(), Linear(6, 3));

    public Guesses(bool isBlind)
    {
        IsBlind = isBlind;
        RegisterComponents();
    }

    public bool IsBlind { get; set; }

    [Model]
    private void Generate(Tensor x, Tensor? told, Tensor known, Tensor seen, Tensor hidden)
    {
        using var data = Plate(x, told, known, seen, hidden);
        var style = Sample(Normal(0, 1).Expand(2));
        Tensor score;
        if (IsBlind) score = Sample(Normal(0, 1).Expand(2));
        else score = Sample(Normal(1, 2).Expand(2), observed: told, where: known);
        var mean = decoder.call(cat([style, score], -1));
        if (IsBlind) Observe(x, Normal(mean, 0.5), where: seen.gt(1));
        else Observe(x, Normal(mean, 0.7), where: hidden.ne(1));
    }

    // Rows 1, 3, ... have a score; one arm sees rows 2, 5, ..., the other all but rows 0, 3, ...
    private static Tensor[] Data(long rows, ScalarType type)
    {
        var known = arange(rows).remainder(2).to(type);
        var told = Real(type, rows, 2);
        var third = arange(rows).remainder(3);
        return
        [
            Real(type, rows, 3), where(known.unsqueeze(1).gt(0), told, full_like(told, double.NaN)), known, third.to(type), third.eq(0).to(type),
        ];
    }
}
