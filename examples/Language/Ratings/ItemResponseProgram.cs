using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Item response: how well abilities and items are recovered, beside someone who knows the items.</summary>
public static class ItemResponseProgram
{
    private const int Persons = 500;
    private const int Items = 40;
    private const int Steps = 800;
    private const int Draws = 200;

    /// <summary>Draws answers, fits, and measures.</summary>
    /// <param name="budget">A short run has fewer persons, items and steps.</param>
    public static IReadOnlyList<Measured> Run(Budget budget)
    {
        using var scope = NewDisposeScope();
        manual_seed(budget.Seed);
        var (persons, items) = (budget.Of(Persons, 400), budget.Of(Items, 20));
        var ability = randn([persons], float64);
        var difficulty = randn([items], float64);
        var discrimination = (0.5 * randn([items], float64)).exp();
        var answers = bernoulli(sigmoid(discrimination * (ability.unsqueeze(1) - difficulty)));

        using var model = new ItemResponse();
        var narrow = Posterior.Diagonal().StartingAt(0.1);
        using var guide = model.CreateGuide(difficulty: narrow, discrimination: narrow, ability: Posterior.Diagonal(hidden: [64]));
        Training.Fit(model, guide, Objective.Elbo(), [answers], budget.Of(Steps, 400), 0.02, budget.Seed);
        var found = guide.Posterior(answers, samples: Draws);
        var knowing = Correlation(KnowingItems(answers, difficulty, discrimination), ability);
        return
        [
            new("ability: correlation, of one who knows the items", Correlation(found.ability.mean([0]), ability), knowing, 0.01),
            new("difficulty: correlation with the truth, 1", Correlation(found.difficulty.mean([0]), difficulty), 1, budget.IsShort ? 0.05 : 0.02),
            new(
                "log discrimination: correlation with the truth, 1",
                Correlation(found.discrimination.log().mean([0]), discrimination.log()),
                1,
                budget.IsShort ? 0.25 : 0.1),
        ];
    }

    /// <summary>E[ability | answers] with the items that the answers were drawn from, by quadrature: no estimate correlates much better.</summary>
    private static Tensor KnowingItems(Tensor answers, Tensor difficulty, Tensor discrimination)
    {
        var grid = linspace(-6, 6, 601, float64);
        var logits = discrimination * (grid.unsqueeze(1) - difficulty);
        var log = answers.matmul(logits.t()) - nn.functional.softplus(logits).sum(1) - (0.5 * grid.square());
        return (log.softmax(1) * grid).sum(1);
    }

    private static double Correlation(Tensor a, Tensor b)
    {
        var (x, y) = (a - a.mean(), b - b.mean());
        return ((x * y).sum() / (x.square().sum() * y.square().sum()).sqrt()).item<double>();
    }
}
