using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Slices that are still to come are missing ones: docs/time-series.md, "Forecasts".</summary>
public sealed class ForecastTests
{
    private const int Steps = 8;
    private const int Seen = 5;

    // The exact forecast is that of a joint normal: Cov(x_t, seen) Cov(seen)⁻¹ seen. With linear encoders the guide can be exact. The bounds are what is
    // left after 1500 steps at one seed, where a forecast from the prior misses by 0.6 and 0.3.
    [Fact]
    public void A_forecast_is_the_exact_one_where_the_guide_can_be()
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        var model = new Drift(Steps);
        var full = model.Simulate(300, Lengths(Steps)).x;
        var lengths = Lengths(Seen);
        var table = where(arange(Steps).lt(Seen), full, zeros_like(full));
        using var guide = model.CreateGuide(z: Posterior.Diagonal(hidden: []));
        using var svi = new Svi(
            model, guide, Objective.Elbo(8), p => optim.Adam(p, 0.02), new SviSettings { Seed = 1, Reporter = ITrainingReporter.Quiet });
        svi.Fit(Dataset.From(table, lengths), epochs: 300, batchSize: 300);
        var states = guide.Posterior(table, lengths, samples: 4000);
        var draws = model.Predict(states, lengths).x.Value.to(ScalarType.Float64);

        var (mean, sd) = Exact(table.narrow(1, 0, Seen).to(ScalarType.Float64));
        for (var t = Seen; t < Steps; t++)
        {
            var found = draws.select(2, t);
            var miss = (found.mean([0]) - mean.select(1, t - Seen)).abs().mean().item<double>();
            var spread = found.std(0).mean().item<double>() / sd[t - Seen];
            Assert.True(miss < 0.06, $"x[{t}]: the mean misses by {miss}");
            Assert.InRange(spread, 0.95, 1.05);
        }
    }

    private static Tensor Lengths(int length) => full(300, (double)length, ScalarType.Float32);

    private static (Tensor Mean, double[] Sd) Exact(Tensor seen)
    {
        // z_t is the sum of its first value and of t steps.
        var steps = arange(Steps, dtype: ScalarType.Float64);
        var states = 1 + 0.09 * minimum(steps.unsqueeze(0), steps.unsqueeze(1));
        var data = states + 0.25 * eye(Steps, dtype: ScalarType.Float64);
        var gain = linalg.solve(data.narrow(0, 0, Seen).narrow(1, 0, Seen), data.narrow(0, 0, Seen).narrow(1, Seen, Steps - Seen));
        var left = data.diagonal().narrow(0, Seen, Steps - Seen) - (data.narrow(0, 0, Seen).narrow(1, Seen, Steps - Seen) * gain).sum([0]);
        return (seen.matmul(gain), left.sqrt().data<double>().ToArray());
    }
}

/// <summary>A random walk that is seen with noise, of so many steps as a row has.</summary>
internal sealed partial class Drift(int steps) : GenerativeModel
{
    private readonly int steps = steps;

    [Model]
    private void Generate(Tensor x, Tensor length)
    {
        using var data = Plate(x, length);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1));
        Observe(x[.., 0], Normal(z[0], 0.5));
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(z[t - 1], 0.3));
            Observe(x[.., t], Normal(z[t], 0.5), where: length > t);
        }
    }
}
