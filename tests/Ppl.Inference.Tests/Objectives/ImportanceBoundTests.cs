using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Bounds by importance weights beside IWAE: what they are equal to, and their closed forms.</summary>
public sealed class ImportanceBoundTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = Ppca.Data(30);
    private readonly LinearGaussian model = Ppca.Model();
    private readonly LinearGaussian.Guide guide;

    public ImportanceBoundTests()
    {
        guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.1);
    }

    public void Dispose()
    {
        guide.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    /// <summary>Each pair: the same bound, written as another's edge.</summary>
    public static TheoryData<Objective, Objective> Edges => new()
    {
        { Objective.Miwae(1, 6), Objective.Iwae(6) },
        { Objective.Miwae(6, 1), Objective.Elbo(6, KlForm.Sampled) },
        { Objective.Ciwae(0, 6), Objective.Iwae(6) },
        { Objective.Ciwae(1, 6), Objective.Elbo(6, KlForm.Sampled) },
        { Objective.Renyi(0, 6), Objective.Iwae(6) },
        { Objective.Renyi(1, 6), Objective.Elbo(6, KlForm.Sampled) },
        { Objective.Renyi(0.3, 1), Objective.Elbo(1, KlForm.Sampled) },
        { Objective.RenyiMax(1), Objective.Elbo(1, KlForm.Sampled) },
        { Objective.Piwae(2, 3), Objective.Iwae(6) },
        { Objective.WakeSleep(6), Objective.Iwae(6) },
        { Objective.Miwae(1, 6, GradientForm.DoublyReparameterized), Objective.Iwae(6, GradientForm.DoublyReparameterized) },
        { Objective.Ciwae(0, 6, GradientForm.DoublyReparameterized), Objective.Iwae(6, GradientForm.DoublyReparameterized) },
        { Objective.Renyi(0, 6, GradientForm.DoublyReparameterized), Objective.Iwae(6, GradientForm.DoublyReparameterized) },
        { Objective.Miwae(6, 1, GradientForm.DoublyReparameterized), Objective.Elbo(6, gradient: GradientForm.StickingTheLanding) },
        { Objective.Ciwae(1, 6, GradientForm.DoublyReparameterized), Objective.Elbo(6, gradient: GradientForm.StickingTheLanding) },
        { Objective.Renyi(1, 6, GradientForm.DoublyReparameterized), Objective.Elbo(6, gradient: GradientForm.StickingTheLanding) },
    };

    [Theory]
    [MemberData(nameof(Edges))]
    public void At_its_edge_a_bound_is_another_one(Objective bound, Objective other)
    {
        ArgumentNullException.ThrowIfNull(bound);
        var batch = guide.Batch(x);
        Assert.Equal(Gradients.Loss(other, guide, batch, seed: 5), Gradients.Loss(bound, guide, batch, seed: 5), 1e-10);
        Gradients.Close(Gradients.Of(other, guide, model, batch, 5), Gradients.Of(bound, guide, model, batch, 5), 1e-9);
        if (bound.HasTwoGradients) return;
        Gradients.Close(Gradients.Of(other, guide, guide, batch, 5), Gradients.Of(bound, guide, guide, batch, 5), 1e-9);
    }

    /// <summary>A draw so far below the best that its weight rounds to 0 has no part in the gradient; it once made 0 / 0.</summary>
    [Fact]
    public void A_weight_that_rounds_to_nothing_leaves_the_second_weights_finite()
    {
        var logWeights = tensor(new[,] { { 0f, -3 }, { -200, 0 }, { -500, -400 } });
        foreach (var beta in new[] { 0, 0.3, 1 })
            Assert.True(Objective.Ciwae(beta, 3, GradientForm.DoublyReparameterized).SecondWeights(logWeights).isfinite().all().item<bool>(), $"{beta}");
        var found = Objective.Ciwae(0, 3, GradientForm.DoublyReparameterized).SecondWeights(logWeights);
        Assert.True(found.eq(Objective.Iwae(3, GradientForm.DoublyReparameterized).SecondWeights(logWeights)).all().item<bool>());
    }

    [Fact]
    public void The_renyi_bound_is_continuous_at_one_and_falls_to_it_from_the_largest_weight()
    {
        var batch = guide.Batch(x);
        double Bound(Objective objective) => -Gradients.Loss(objective, guide, batch, seed: 5);
        Assert.Equal(Bound(Objective.Renyi(1, 8)), Bound(Objective.Renyi(1 + 1e-6, 8)), 1e-4);
        Assert.Equal(Bound(Objective.Renyi(1, 8)), Bound(Objective.Renyi(1 - 1e-6, 8)), 1e-4);
        foreach (var step in new[] { 1e-8, -1e-8, 1e-10, -1e-12 }) Assert.Equal(Bound(Objective.Renyi(1, 8)), Bound(Objective.Renyi(1 + step, 8)), 1e-6);
        Assert.Equal(Bound(Objective.RenyiMax(8)), Bound(Objective.Renyi(-100_000, 8)), 1e-3);
        double[] bounds = [.. new[] { -5, -1, 0, 0.5, 1, 3 }.Select(alpha => Bound(Objective.Renyi(alpha, 8)))];
        Assert.True(Bound(Objective.RenyiMax(8)) > bounds[0]);
        for (var i = 1; i < bounds.Length; i++) Assert.True(bounds[i - 1] > bounds[i] + 1e-4, $"{bounds[i - 1]} and {bounds[i]}");
    }

    /// <summary>
    /// With K → ∞ it is log p(x) − D_α(q || p(z | x)); Rényi's divergence of two normals is known. 40,000 draws of each datum: the largest of 30
    /// errors is below 5 of its standard errors, a false alarm in 6e4 runs, and the correction of the logarithm of a mean is far below them.
    /// </summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(-0.25)]
    public void The_renyi_bound_is_the_evidence_less_the_renyi_divergence(double alpha)
    {
        const int K = 40_000;
        using var exact = Ppca.ExactGuide(model, x);
        using var near = Ppca.ExactGuide(model, x);
        using var grad = no_grad();
        near.z.named_parameters().Single(p => p.name.EndsWith("bias", StringComparison.Ordinal)).parameter.add_(tensor([0.2, -0.1, 0.1, -0.15]));
        using var seed = manual_seed(9);
        var batch = near.Batch(x);
        var draws = near.Draw(batch, K);
        var logWeights = LogWeight.Of(near.Terms(draws, Contracts.TermForm.Sampled));
        var bound = Objective.Renyi(alpha, K).BoundOf(near.Terms(draws, Contracts.TermForm.Sampled).Groups[0]);
        var (q, p) = (draws.Distributions[0], exact.Draw(batch, 1).Distributions[0]);
        var between = (alpha * p.Variance) + ((1 - alpha) * q.Variance);
        var divergence = 0.5 * ((p.Variance / q.Variance).log()
            + ((p.Variance / between).log() / (alpha - 1)) + (alpha * (q.Mean - p.Mean).square() / between));
        var expected = Ppca.Evidence(model, x) - divergence.sum(1);
        var powers = ((1 - alpha) * (logWeights - logWeights.amax([0], keepdim: true))).exp();
        var error = powers.std([0]) / powers.mean([0]) / Math.Abs(1 - alpha) / Math.Sqrt(K);
        var z = ((bound - expected) / error).abs().max().item<double>();
        Assert.True(z < 5, $"z = {z}");
        Assert.True((Ppca.Evidence(model, x) - expected).abs().max().item<double>() > 1e-3);
    }

    [Fact]
    public void Miwae_is_the_mean_of_bounds_of_its_groups()
    {
        using var grad = no_grad();
        var terms = guide.Terms(guide.Draw(guide.Batch(x), 6), Contracts.TermForm.Sampled);
        var logWeights = LogWeight.Of(terms);
        var expected = ((logWeights.narrow(0, 0, 3).exp().mean([0]).log() + logWeights.narrow(0, 3, 3).exp().mean([0]).log()) / 2).mean();
        Assert.Equal(expected.item<double>(), Objective.Miwae(2, 3).Combine(terms).Bound.item<double>(), 1e-10);
        Assert.Equal("MIWAE(2, 3)", Objective.Miwae(2, 3).ToString());
    }

    [Fact]
    public void Piwae_trains_the_model_by_iwae_and_the_guide_by_miwae()
    {
        var batch = guide.Batch(x);
        var found = Objective.Piwae(2, 3);
        Gradients.Close(Gradients.Of(Objective.Iwae(6), guide, model, batch, 4), Gradients.Of(found, guide, model, batch, 4), 1e-10);
        Gradients.Close(Gradients.Of(Objective.Miwae(2, 3), guide, guide, batch, 4), Gradients.Of(found, guide, guide, batch, 4), 1e-10);
        var iwae = Gradients.Of(Objective.Iwae(6), guide, guide, batch, 4);
        Assert.True(Gradients.Largest(iwae.Zip(Gradients.Of(found, guide, guide, batch, 4), (a, b) => a - b)) > 1e-3);
        Assert.Equal("IWAE(6)", found.Measured.ToString());
    }

    [Fact]
    public void Numbers_outside_their_domains_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Miwae(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Miwae(3, 0));
        Assert.Equal("outer * inner", Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Miwae(int.MaxValue, 2)).ParamName);
        Assert.Equal("outer * inner", Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Piwae(100_000, 100_000)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Piwae(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Ciwae(1.1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Renyi(double.NegativeInfinity, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.RenyiMax(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.WakeSleep(3, sleep: 2));
        Assert.Contains("weight of one draw is 1", Assert.Throws<ArgumentException>(() => Objective.WakeSleep(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_shared_by_model_and_guide_is_refused_where_their_gradients_differ()
    {
        guide.register_module("shared", model.Decoder);
        foreach (var objective in new[] { Objective.Piwae(2, 2), Objective.WakeSleep(3) })
        {
            var fault = Assert.Throws<PplArgumentException>(() => objective.Accumulate(guide, guide.Batch(x)));
            Assert.Contains("decoder.weight", fault.Message, StringComparison.Ordinal);
        }
    }
}
