using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using Ppl.Inference.Tests.Plates;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Bounds that weigh the parts of the ELBO: their values from the parts at the same draws, and at closed forms.</summary>
public sealed class WeightedBoundTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();
    private readonly GaussianChain chain = new();
    private readonly GaussianChain.Guide guide;
    private readonly Tensor x;

    public WeightedBoundTests()
    {
        x = Ppca.Data(12).narrow(1, 0, 2).contiguous();
        guide = chain.ExactGuide(x);
        Ppca.Disturb(guide, 0.1);
    }

    public void Dispose()
    {
        guide.Dispose();
        chain.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Beta_weighs_the_divergences()
    {
        var plain = Value(Objective.Elbo(particles: 2));
        var weighted = Value(Objective.Elbo(particles: 2, beta: 4));
        Assert.Equal(plain.Reconstruction - (4 * plain.Kl), weighted.Bound, 1e-10);
        Assert.Equal(plain.Parts, weighted.Parts);
        Assert.Equal(3 * plain.Kl, weighted.Penalty, 1e-10);
        Assert.Equal(plain.Bound, weighted.Bound + weighted.Penalty, 1e-10);
        Assert.Equal(plain.Bound, Value(Objective.Elbo(particles: 2, beta: 1)).Bound, 1e-10);
        Assert.Contains("penalty", weighted.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_latent_may_have_its_own_beta()
    {
        var plain = Value(Objective.Elbo());
        var own = new Dictionary<string, Schedule> { ["h2"] = 0, ["h1"] = 3 };
        Assert.Equal(plain.Reconstruction - (3 * Part(plain, "h1")), Value(Objective.Elbo(betas: own)).Bound, 1e-10);
        var one = new Dictionary<string, Schedule> { ["h2"] = 2 };
        var expected = plain.Reconstruction - (2 * Part(plain, "h2")) - (0.5 * Part(plain, "h1"));
        Assert.Equal(expected, Value(Objective.Elbo(beta: 0.5, betas: one)).Bound, 1e-10);
    }

    [Fact]
    public void A_schedule_is_that_of_the_step()
    {
        var warmUp = Objective.Elbo(beta: Schedule.Linear(0, 1, 10));
        var plain = Value(Objective.Elbo());
        foreach (var (step, beta) in new[] { (0L, 0.0), (4, 0.4), (10, 1), (99, 1) })
            Assert.Equal(plain.Reconstruction - (beta * plain.Kl), Value(warmUp.At(step)).Bound, 1e-10);
        Assert.Equal("beta-ELBO, beta linear 0 to 1 in 10 steps", warmUp.ToString());
        Assert.Equal(warmUp.ToString(), warmUp.At(7).ToString());
    }

    /// <summary>q ∝ p(z) p(x | z)^(1/β) is the optimum, and no noise is left of the path there.</summary>
    [Fact]
    public void Sticking_the_landing_has_no_variance_at_the_optimum_of_its_weight()
    {
        var data = Ppca.Data(20);
        using var model = Ppca.Model();
        using var optimum = Tempered.Guide(model, data, 3);
        var path = Objective.Elbo(gradient: GradientForm.StickingTheLanding, beta: 3);
        foreach (var seed in new[] { 1, 2, 3 })
            Assert.True(Gradients.Largest(Gradients.Of(path, optimum, optimum, optimum.Batch(data), seed)) < 1e-10);
        var other = Objective.Elbo(gradient: GradientForm.StickingTheLanding);
        Assert.True(Gradients.Largest(Gradients.Of(other, optimum, optimum, optimum.Batch(data), 1)) > 1e-2);
        var plain = Objective.Elbo(kl: KlForm.Sampled, beta: 3);
        var batch = optimum.Batch(data);
        Gradients.Close(Gradients.Of(plain, optimum, model, batch, 5), Gradients.Of(path, optimum, model, batch, 5), 1e-10);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(100)]
    public void Capacity_holds_the_divergence_at_a_number(double capacity)
    {
        var plain = Value(Objective.Elbo());
        var found = Value(Objective.Capacity(capacity, gamma: 7));
        Assert.Equal(plain.Reconstruction - (7 * Math.Abs(plain.Kl - capacity)), found.Bound, 1e-9);
        Assert.Equal(plain.Parts, found.Parts);
    }

    [Fact]
    public void Free_bits_cost_the_larger_of_divergence_and_floor()
    {
        var plain = Value(Objective.Elbo());
        var (low, high) = (Math.Min(Part(plain, "h1"), Part(plain, "h2")), Math.Max(Part(plain, "h1"), Part(plain, "h2")));
        Assert.True(low > 0.01 && high > 1.2 * low, $"{low}, {high}");
        foreach (var nats in new[] { low / 2, (low + high) / 2, high * 2 })
        {
            var expected = plain.Reconstruction - Math.Max(nats, low) - Math.Max(nats, high);
            Assert.Equal(expected, Value(Objective.FreeBits(nats)).Bound, 1e-10);
            Assert.Equal(
                plain.Reconstruction - Math.Max(nats, low + high), Value(Objective.FreeBits(nats, [["h1", "h2"]])).Bound, 1e-10);
        }
    }

    [Fact]
    public void Below_the_floor_a_divergence_has_no_gradient()
    {
        var batch = guide.Batch(x);
        var floored = Gradients.Of(Objective.FreeBits(1000), guide, guide, batch, seed: 3);
        Gradients.Close(Gradients.Of(Objective.Elbo(beta: 0), guide, guide, batch, seed: 3), floored, 1e-12);
        var free = Gradients.Of(Objective.FreeBits(1e-6), guide, guide, batch, seed: 3);
        Gradients.Close(Gradients.Of(Objective.Elbo(), guide, guide, batch, seed: 3), free, 1e-12);
    }

    [Fact]
    public void The_constrained_bound_is_the_lagrangian()
    {
        var plain = Value(Objective.Elbo());
        Assert.Equal(
            plain.Reconstruction - (2.5 * (plain.Kl - 0.3)), Value(Objective.Constrained(0.3, multiplier: 2.5)).Bound, 1e-10);
        var state = Objective.Geco(-2).InitialState.Select(pair => pair.Key == ObjectiveState.Multiplier ? new(pair.Key, 1.5) : pair);
        var geco = Objective.Geco(-2).At(9, new ObjectiveState(state));
        Assert.Equal((1.5 * (plain.Reconstruction + 2)) - plain.Kl, Value(geco).Bound, 1e-10);
    }

    /// <summary>Where the bound is of the whole data a row's number counts N times, and that of a latent outside the rows once.</summary>
    [Fact]
    public void Weights_hold_for_models_with_latents_outside_the_rows()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        BoundValue Of(Objective objective)
        {
            using var seed = manual_seed(8);
            using var result = objective.Evaluate(example.Guide, example.Batch);
            return result.Read();
        }

        var plain = Of(Objective.Elbo());
        var rows = example.Batch.Count;
        Assert.Equal(plain.Reconstruction - (3 * plain.Kl), Of(Objective.Elbo(beta: 3)).Bound, 1e-9);
        Assert.Equal(plain.Reconstruction - (2 * Math.Abs(plain.Kl - 5)), Of(Objective.Capacity(5, gamma: 2)).Bound, 1e-9);
        foreach (var nats in new[] { 0.01, 0.6, 40 })
        {
            var expected = plain.Reconstruction - Math.Max(nats, Part(plain, "mu")) - Math.Max(rows * nats, Part(plain, "z"));
            Assert.Equal(expected, Of(Objective.FreeBits(nats)).Bound, 1e-9);
        }

        var fault = Assert.Throws<PplArgumentException>(() => Of(Objective.FreeBits(1, [["mu", "z"]])));
        Assert.Contains("mu and z do not stand in the same rows plate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mean_over_mini_batches_is_the_weighted_bound_of_all_data()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        var (own, whole) = (example.Guide, example.Batch);
        var sites = own.LatentSites;
        var draws = own.Draw(whole, 1);
        foreach (var objective in new[] { Objective.Elbo(beta: 3), Objective.Constrained(2, multiplier: 4), Objective.Geco(-3) })
        {
            var full = objective.Combine(own.Terms(draws, objective.Form)).Bound.item<double>();
            var bounds = new List<double>();
            for (var row = 0; row < whole.Count; row++)
            {
                var index = tensor(new[] { (long)row });
                var batch = own.Batch([.. example.Data.Select(t => t.index_select(0, index))], [whole.Count], new[] { row });
                var part = own.Condition(
                    own.Draw(batch, 1), [.. draws.Latents.Select((z, i) => sites[i].IsLocal ? z.index_select(0, index) : z)]);
                bounds.Add(objective.Combine(own.Terms(part, objective.Form)).Bound.item<double>());
            }

            Assert.Equal(full, bounds.Average(), 1e-10 * (1 + Math.Abs(full)));
        }
    }

    [Fact]
    public void Data_are_measured_by_the_bound_without_weights()
    {
        using var data = Dataset.From(Ppca.Data(12).narrow(1, 0, 2).contiguous());
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var plain = new Svi(chain, guide, Objective.Elbo(), settings: settings);
        var expected = plain.Evaluate(data);
        Objective[] weighing =
            [Objective.Elbo(beta: 4), Objective.FreeBits(3), Objective.Capacity(1, 10), Objective.Constrained(1), Objective.Geco(-1)];
        foreach (var objective in weighing)
        {
            using var svi = new Svi(chain, guide, objective, settings: settings);
            Assert.Equal(expected.Bound, svi.Evaluate(data).Bound, 1e-12);
            Assert.Equal("ELBO", objective.Measured.ToString());
            var weighted = Evaluate.Bound(chain, guide, data, objective.At(0));
            Assert.Equal(weighted.Reconstruction - weighted.Kl - weighted.Penalty, weighted.Bound, 1e-10);
            Assert.NotEqual(expected.Bound, weighted.Bound, 1e-3);
        }
    }

    /// <summary>The weights of step 0 would be those of no model: β of a warm-up is 0 there.</summary>
    [Fact]
    public void A_bound_whose_weights_move_is_measured_at_a_step()
    {
        using var data = Dataset.From(Ppca.Data(12).narrow(1, 0, 2).contiguous());
        var warming = Objective.Elbo(beta: Schedule.Linear(0, 1, 10));
        Assert.Equal(
            Evaluate.Bound(chain, guide, data).Bound, Evaluate.Bound(chain, guide, data, warming.At(10)).Bound, 1e-10);
        var betas = new Dictionary<string, Schedule> { [guide.LatentNames[0]] = Schedule.Cyclic(4) };
        Objective[] moving =
        [
            warming, Objective.Elbo(betas: betas), Objective.Capacity(Schedule.Linear(0, 5, 10), 10), Objective.Constrained(1), Objective.Geco(-1),
            Objective.BetaTcVae(Schedule.Cosine(0, 1, 9)),
        ];
        foreach (var objective in moving)
        {
            var fault = Assert.Throws<PplArgumentException>(() => Evaluate.Bound(chain, guide, data, objective)).Message;
            Assert.StartsWith($"{objective} changes from step to step", fault, StringComparison.Ordinal);
            Assert.Contains("objective.At(svi.Steps, svi.ObjectiveState), or objective.Measured, ELBO,", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_means_nothing_is_refused()
    {
        Assert.Contains("no latent 'w'", Refusal(Objective.Elbo(betas: new Dictionary<string, Schedule> { ["w"] = 1 })), StringComparison.Ordinal);
        Assert.Contains("no latent 'w'", Refusal(Objective.FreeBits(1, [["w"]])), StringComparison.Ordinal);
        var below = Schedule.Of("below", _ => -1);
        Assert.Contains("beta is below 0", Refusal(Objective.Elbo(beta: below)), StringComparison.Ordinal);
        Assert.Contains("the capacity is below 0", Refusal(Objective.Capacity(below, 1)), StringComparison.Ordinal);
        Assert.Equal("beta", Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Elbo(beta: -1)).ParamName);
        var betas = new Dictionary<string, Schedule> { ["h1"] = -1 };
        Assert.Equal("betas", Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Elbo(betas: betas)).ParamName);
        Assert.Equal("capacity", Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Capacity(-1, 3)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.FreeBits(0));
        Assert.Throws<ArgumentException>(() => Objective.FreeBits(1, [["h1"], ["h1"]]));
        Assert.Throws<ArgumentException>(() => Objective.FreeBits(1, [[]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Capacity(1, gamma: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Constrained(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Constrained(1, rate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Constrained(1, multiplier: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Geco(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Geco(0, momentum: 1));
        var fault = Assert.Throws<ArgumentException>(() => Objective.Supervised(Objective.Piwae(2, 2), 1));
        Assert.Contains("no value that log q", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentException>(() => Objective.Supervised(Objective.FreeBits(1), 1));
        Assert.Contains("weighs divergences", fault.Message, StringComparison.Ordinal);
    }

    private static double Part(BoundValue value, string site) => value.Parts.Single(part => part.Site == site).Value;

    private string Refusal(Objective objective) => Assert.Throws<PplArgumentException>(() => Value(objective)).Message;

    private BoundValue Value(Objective objective)
    {
        using var seed = manual_seed(6);
        using var result = objective.Evaluate(guide, guide.Batch(x));
        return result.Read();
    }
}
