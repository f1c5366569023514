using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static Ppl.EndToEnd.Tests.Catalogue.CountShelf;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Gated counts and mixtures as observed sites in a plate, and a one-hot latent with straight-through draws: c -> z -> all.</summary>
public sealed partial class MixtureShelf : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "MixtureShelf",
        () => new MixtureShelf(),
        (n, t) => [Small(t, n), Small(t, n), Small(t, n), Small(t, n), Real(t, n), Real(t, n, 2), Real(t, n)],
        ["z <- zeros, wall, bursts, either, gauge, places, other", "c <- z"],
        ["c"])
    {
        Discrete = ["c"],
    };

    private readonly Module<Tensor, Tensor> rates = Linear(2, 5), scores = Linear(2, 2), weights = Linear(2, 3), means = Linear(2, 6);

    public MixtureShelf() => RegisterComponents();

    [Model]
    private void Generate(Tensor zeros, Tensor wall, Tensor bursts, Tensor either, Tensor gauge, Tensor places, Tensor other)
    {
        using var data = Plate(zeros, wall, bursts, either, gauge, places, other);
        var c = Sample(OneHotCategoricalStraightThrough(tensor(new[] { 0.2, 0.3, 0.5 })));
        var z = Sample(Normal(c.narrow(-1, 0, 2), 0.5));
        var rate = rates.call(z).exp();
        var score = scores.call(z);
        var w = weights.call(z);
        var mean = means.call(z);
        Observe(zeros, ZeroInflated(Poisson(rate.select(-1, 0)), gateLogits: score.select(-1, 0)));
        Observe(wall, Hurdle(NegativeBinomial(2, logits: score.select(-1, 1)), 0.3));
        Observe(bursts, MixtureSameFamily(Categorical(logits: w), Poisson(rate.narrow(-1, 1, 3))));
        Observe(either, Mixture(Categorical(tensor(new[] { 0.5, 0.5 })), Poisson(rate.select(-1, 4)), Geometric(0.3)));
        Observe(gauge, MixtureSameFamily(Categorical(logits: w), Normal(mean.narrow(-1, 0, 3), 0.5)));
        Observe(places, MixtureSameFamily(Categorical(logits: w), Independent(Normal(mean.reshape(-1, 3, 2), 0.5), 1)));
        Observe(other, Mixture(Categorical(logits: w.narrow(-1, 0, 2)), Normal(mean.select(-1, 3), 1), Normal(0, 2)));
    }
}
