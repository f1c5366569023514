using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Matrix factorization in mini-batches of ratings: its error on ratings that it has not seen, against their noise.</summary>
public static class FactorizationProgram
{
    private const double Noise = 0.5;
    private const int Rank = 2;
    private const int BatchSize = 1_000;
    private const int Draws = 200;

    /// <summary>Draws ratings, fits, and measures.</summary>
    /// <param name="budget">A short run has fewer users, items and epochs.</param>
    public static IReadOnlyList<Measured> Run(Budget budget)
    {
        using var scope = NewDisposeScope();
        manual_seed(budget.Seed);
        var (users, items) = (budget.Of(300, 60), budget.Of(200, 40));
        var ratings = Ratings.Draw(users, items, users * items * 2 / 5);
        var (seen, held) = ratings.Split(users * items * 3 / 10);

        using var model = new Factorization(users, items, Rank);
        var narrow = Posterior.Diagonal().StartingAt(0.1);
        using var guide = model.CreateGuide(noise: narrow, taste: narrow, quality: narrow);
        using var data = Dataset.From("ratings", ("rating", seen.Value), ("who", seen.Who), ("what", seen.What));
        var epochs = budget.Of(60, 300);
        var size = budget.Of(BatchSize, 240);
        using var svi = Training.Engine(model, guide, Objective.Elbo(), epochs * ((data.Count + size - 1) / size), 0.02, budget.Seed);
        svi.Fit(data, epochs, size);

        var found = guide.Posterior(seen.Value, seen.Who, seen.What, samples: Draws);
        var predicted = (found.taste.index_select(1, held.Who) * found.quality.index_select(1, held.What)).sum(-1).mean([0]);
        var floor = Error(held.Value, held.Mean);
        return
        [
            new("held-out RMSE, with the vectors drawn from", Error(held.Value, predicted), floor, (budget.IsShort ? 0.3 : 0.05) * floor),
            new("held-out RMSE of the mean rating", held.Value.std(unbiased: false).item<double>()),
            new("noise: posterior mean, drawn from", found.noise.mean().item<double>(), Noise, budget.IsShort ? 0.05 : 0.01),
        ];
    }

    private static double Error(Tensor values, Tensor predicted) => (values - predicted).square().mean().sqrt().item<double>();

    /// <summary>Some of all pairs of users and items.</summary>
    private sealed record Ratings(Tensor Value, Tensor Who, Tensor What, Tensor Mean)
    {
        public static Ratings Draw(int users, int items, int count)
        {
            var (taste, quality) = (randn([users, Rank], float64), randn([items, Rank], float64));
            var pairs = randperm((long)users * items).narrow(0, 0, count);
            var (who, what) = (pairs.div(items, RoundingMode.floor), pairs.remainder(items));
            var mean = (taste.index_select(0, who) * quality.index_select(0, what)).sum(-1);
            return new(mean + (Noise * randn([count], float64)), who, what, mean);
        }

        public (Ratings Seen, Ratings Held) Split(int first) => (Part(0, first), Part(first, Value.shape[0] - first));

        private Ratings Part(long start, long count) =>
            new(Value.narrow(0, start, count), Who.narrow(0, start, count), What.narrow(0, start, count), Mean.narrow(0, start, count));
    }
}
