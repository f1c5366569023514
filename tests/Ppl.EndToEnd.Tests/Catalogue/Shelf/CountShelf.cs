using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Every family of counts as an observed site in a plate.</summary>
public sealed partial class CountShelf : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "CountShelf",
        () => new CountShelf(),
        (n, t) =>
        [
            Small(t, n), Small(t, n), Small(t, n), Small(t, n), Small(t, n), Small(t, n, 3), Small(t, n), randint(0, 3, [n], dtype: ScalarType.Int64),
            Hot(t, n), Total(t, n), Total(t, n),
        ],
        ["z <- calls, waits, visits, claims, hits, trials, grade, kind, votes, words"],
        ["z"]);

    private readonly Module<Tensor, Tensor> rates = Linear(2, 4), scores = Linear(2, 4), weights = Linear(2, 3);

    public CountShelf() => RegisterComponents();

    internal static Tensor Small(ScalarType type, params long[] shape) => randint(0, 3, shape, dtype: ScalarType.Int64).to(type);

    private static Tensor Hot(ScalarType type, long rows) => functional.one_hot(randint(0, 3, [rows], dtype: ScalarType.Int64), 3).to(type);

    private static Tensor Total(ScalarType type, long rows)
    {
        var first = Small(type, rows);
        return stack([first, 2 - first, ones_like(first)], -1);
    }

    [Model]
    private void Generate(
        Tensor calls, Tensor waits, Tensor visits, Tensor claims, Tensor hits, Tensor trials, Tensor dice, Tensor grade, Tensor kind, Tensor votes,
        Tensor words)
    {
        using var data = Plate(calls, waits, visits, claims, hits, trials, dice, grade, kind, votes, words);
        var z = Sample(Normal(0, 1).Expand(2));
        var rate = rates.call(z).exp();
        var score = scores.call(z);
        var w = weights.call(z);
        Observe(calls, Poisson(rate.select(-1, 0)));
        Observe(waits, Geometric(logits: score.select(-1, 0)));
        Observe(visits, NegativeBinomial(rate.select(-1, 1), logits: score.select(-1, 1)));
        Observe(claims, GammaPoisson(rate.select(-1, 2), 0.5));
        Observe(hits, BetaBinomial(rate.select(-1, 3), 2, 4));
        Observe(trials, Binomial(tensor(new[] { 3, 4, 5 }), logits: w));
        Observe(dice, DiscreteUniform(0, 2));
        Observe(grade, OrderedLogistic(score.select(-1, 2), tensor(new[] { -1.0, 1.0 }).to(z.dtype)));
        Observe(kind, OneHotCategorical(logits: w));
        Observe(votes, Multinomial(3, logits: w));
        Observe(words, DirichletMultinomial(rate.narrow(-1, 0, 3), 3));
    }
}
