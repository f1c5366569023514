using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Words of known topics: each topic has probabilities of its own, and the topics have some of theirs.</summary>
public sealed partial class Topics : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Topics",
        () => new Topics(),
        (n, _) => [arange(n, dtype: ScalarType.Int64) % 4, arange(n, dtype: ScalarType.Int64) % 3],
        ["probs <- ", "words <- "],
        []);

    private readonly TorchSharp.Modules.Parameter logs = new(tensor(new[] { 0.5f, 0.2f, 0.1f, 0.3f }), true);

    public Topics() => RegisterComponents();

    [Model]
    private void Generate(Tensor word, Tensor topic)
    {
        var probs = Sample(Dirichlet(ones_like(logs)[..3]));
        var topics = Plate(size: 3);
        var words = Sample(Dirichlet(logs.exp()), within: topics);
        using var data = Plate(word, topic);
        Observe(topic, Categorical(probs: probs));
        Observe(word, Categorical(probs: words[topic]));
    }
}
