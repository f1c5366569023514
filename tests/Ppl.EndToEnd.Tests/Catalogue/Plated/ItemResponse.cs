using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A two-parameter item response model: ability of each person, difficulty and discrimination of each item.</summary>
public sealed partial class ItemResponse : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "ItemResponse",
        () => new ItemResponse(),
        (n, t) => [Binary(t, n, Items)],
        ["discrimination <- ", "difficulty <- ", "ability <- y, difficulty, discrimination"],
        ["difficulty", "discrimination", "ability"]);

    private const long Items = 4;

    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.5f), true);

    public ItemResponse() => RegisterComponents();

    [Model]
    private void Generate(Tensor y)
    {
        var item = Plate(size: Items);
        var difficulty = Sample(Normal(shift, 1), within: item);
        var discrimination = Sample(LogNormal(0, 0.5), within: item);
        using var person = Plate(y);
        var ability = Sample(Normal(0, 1));
        using var answer = Plate(y);
        Observe(y, Bernoulli(logits: discrimination * (ability.unsqueeze(1) - difficulty)));
    }
}
