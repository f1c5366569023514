using Ppl.Contracts;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Values of the bounds on models whose evidence is known.</summary>
public sealed class BoundTests
{
    public static TheoryData<Objective> SampledBounds => new()
    {
        Objective.Elbo(kl: KlForm.Sampled),
        Objective.Elbo(particles: 4, kl: KlForm.Sampled),
        Objective.Elbo(gradient: GradientForm.StickingTheLanding),
        Objective.Iwae(1),
        Objective.Iwae(7),
        Objective.Iwae(7, GradientForm.StickingTheLanding),
        Objective.Iwae(7, GradientForm.DoublyReparameterized),
        Objective.Miwae(2, 3),
        Objective.Miwae(2, 3, GradientForm.DoublyReparameterized),
        Objective.Ciwae(0.3, 5),
        Objective.Ciwae(0.3, 5, GradientForm.DoublyReparameterized),
        Objective.Piwae(2, 3),
        Objective.Renyi(0.5, 5),
        Objective.Renyi(-1, 5, GradientForm.DoublyReparameterized),
        Objective.RenyiMax(5),
        Objective.WakeSleep(5),
    };

    [Theory]
    [MemberData(nameof(SampledBounds))]
    public void Is_the_log_evidence_at_the_exact_posterior(Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using var scope = NewDisposeScope();
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        var evidence = Ppca.Evidence(model, x);

        using var value = objective.Evaluate(guide, guide.Batch(x));
        Assert.True((value.PerDatum - evidence).abs().max().item<double>() < 1e-8);
        using var trained = objective.Accumulate(guide, guide.Batch(x));
        Assert.True((trained.PerDatum - evidence).abs().max().item<double>() < 1e-8);
    }

    [Theory]
    [MemberData(nameof(SampledBounds))]
    public void Is_the_log_evidence_at_the_exact_posterior_of_two_layers(Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using var scope = NewDisposeScope();
        var x = Ppca.Data(40).narrow(1, 0, 2);
        using var model = new GaussianChain();
        using var guide = model.ExactGuide(x);

        using var value = objective.Evaluate(guide, guide.Batch(x));
        Assert.True((value.PerDatum - model.Evidence(x)).abs().max().item<double>() < 1e-8);
    }

    /// <summary>With 20,000 particles the mean of each datum is within 5 standard errors: 40 data, a false alarm in 4e4 runs.</summary>
    [Fact]
    public void Closed_form_divergence_has_the_mean_of_the_sampled_one()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(3);
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.1);
        const int K = 20_000;
        var batch = guide.Batch(x);
        using var grad = no_grad();
        var draws = guide.Draw(batch, K);
        var sampled = LogWeight.Of(guide.Terms(draws, TermForm.Sampled));
        var closed = LogWeight.Of(guide.Terms(draws, TermForm.ClosedFormWhereLegal));
        var difference = sampled - closed;
        var z = difference.mean([0]) / (difference.std([0]) / Math.Sqrt(K));
        Assert.True(z.abs().max().item<double>() < 5, $"z = {z.abs().max().item<double>()}");
    }

    [Fact]
    public void Iwae_with_one_particle_is_the_sampled_elbo()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(30);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.1);
        var batch = guide.Batch(x);
        var elbo = Gradients.Loss(Objective.Elbo(kl: KlForm.Sampled), guide, batch, seed: 5);
        Assert.Equal(elbo, Gradients.Loss(Objective.Iwae(1), guide, batch, seed: 5), 12);
    }

    /// <summary>
    /// Each step of K raises the mean bound: the paired mean difference over 400 data and 40 draws is at least 4.5 standard errors above
    /// zero. Where the truth rises, the chance that noise makes it fail is set by the observed margin (over 10 errors here); a bound that
    /// did not rise would pass with probability 3e-6.
    /// </summary>
    [Fact]
    public void Iwae_rises_with_the_particles_up_to_the_evidence()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(400);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.15);
        var batch = guide.Batch(x);
        var evidence = Ppca.Evidence(model, x).mean().item<double>();
        double[][] bounds = [.. new[] { 1, 2, 5, 20, 100 }.Select(k => Replicates(Objective.Iwae(k), guide, batch, 40))];
        for (var i = 1; i < bounds.Length; i++)
        {
            var (mean, error) = MeanAndError([.. bounds[i].Zip(bounds[i - 1], (more, fewer) => more - fewer)]);
            Assert.True(mean > 4.5 * error, $"step {i}: {mean} ± {error}");
        }

        var (best, bestError) = MeanAndError(bounds[^1]);
        Assert.True(best < evidence + (4.5 * bestError), $"{best} ± {bestError} against {evidence}");
    }

    [Fact]
    public void Parts_add_up_to_the_elbo()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(30).narrow(1, 0, 2);
        using var model = new GaussianChain();
        using var guide = model.ExactGuide(x);
        Ppca.Disturb(guide, 0.1);
        using var result = Objective.Elbo(particles: 3).Evaluate(guide, guide.Batch(x));
        var value = result.Read();
        Assert.Equal(["KL h2", "KL h1", "log p(x)"], value.Parts.Select(p => p.Label));
        Assert.Equal(value.Bound, value.Reconstruction - value.Kl, 10);
        Assert.Equal(value.Bound, result.PerDatum.mean().item<double>(), 10);
    }

    [Fact]
    public void Combinations_that_mean_nothing_are_refused_with_a_reason()
    {
        var refusal = Refusal(() => Objective.Elbo(kl: KlForm.ClosedForm, gradient: GradientForm.StickingTheLanding));
        Assert.Contains("nothing to drop", refusal, StringComparison.Ordinal);
        Assert.Contains("importance weighted", Refusal(() => Objective.Elbo(gradient: GradientForm.DoublyReparameterized)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Elbo(particles: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Iwae(particles: 0));
    }

    private static string Refusal(Action make) => Assert.Throws<ArgumentException>(make).Message;

    private static double[] Replicates(Objective objective, Guide guide, Batch batch, int count) =>
        [.. Enumerable.Range(0, count).Select(i => -Gradients.Loss(objective, guide, batch, seed: 1000 + i))];

    private static (double Mean, double Error) MeanAndError(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length));
    }
}
