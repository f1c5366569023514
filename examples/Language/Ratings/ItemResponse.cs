using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>
/// A two-parameter item response model (Birnbaum 1968): persons and items are crossed plates, answers are right or wrong with logits
/// discrimination · (ability − difficulty).
/// </summary>
public sealed partial class ItemResponse : GenerativeModel
{
    [Model]
    private void Generate(Tensor answers)
    {
        var person = Plate(answers);
        var item = Plate(answers);
        var difficulty = Sample(Normal(0, 1), within: item);
        var discrimination = Sample(LogNormal(0, 0.5), within: item);
        var ability = Sample(Normal(0, 1), within: person);
        Observe(answers, Bernoulli(logits: discrimination * (ability.unsqueeze(1) - difficulty)), within: (person, item));
    }
}
