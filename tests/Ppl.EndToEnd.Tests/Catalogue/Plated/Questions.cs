using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Nested plates whose inner one has data of its own: a difficulty for each question, the same for all rows.</summary>
public sealed partial class Questions : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Questions",
        () => new Questions(),
        (n, t) => [Real(t, n, 3), Real(t, 3, 2)],
        ["skill <- x", "mood <- x, difficulty, skill"],
        ["skill", "mood"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public Questions() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor difficulty)
    {
        using var data = Plate(x);
        var skill = Sample(Normal(0, 1));
        using var question = Plate(x, difficulty);
        var mood = Sample(Normal(skill.unsqueeze(1) - difficulty.sum(1).unsqueeze(0), 1));
        Observe(x, Normal(slope * mood, 0.5));
    }
}
