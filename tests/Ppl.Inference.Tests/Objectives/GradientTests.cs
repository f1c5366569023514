using Ppl.Contracts;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Gradients of the objectives: exact, unbiased, and without variance where theory says so.</summary>
public sealed class GradientTests
{
    public static TheoryData<Objective> PlainObjectives => new()
    {
        Objective.Elbo(),
        Objective.Elbo(particles: 3),
        Objective.Elbo(particles: 3, kl: KlForm.Sampled),
        Objective.Iwae(5),
        Objective.Elbo(particles: 3, beta: 2.5),
        Objective.Elbo(kl: KlForm.Sampled, betas: new Dictionary<string, Schedule> { ["h1"] = 0.5 }),
        Objective.Capacity(0.1, gamma: 3),
        Objective.Capacity(50, gamma: 3),
        Objective.FreeBits(0.5),
        Objective.FreeBits(0.5, [["h1", "h2"]], particles: 2, KlForm.Sampled),
        Objective.Constrained(0.4, multiplier: 1.7),
        Objective.Geco(-3),
        Objective.Miwae(2, 3),
        Objective.Ciwae(0.3, 5),
        Objective.Renyi(0.5, 5),
        Objective.Renyi(-2, 5),
        Objective.Renyi(1, 5),
        Objective.RenyiMax(5),
    };

    public static TheoryData<Objective> PathObjectives => new()
    {
        Objective.Elbo(gradient: GradientForm.StickingTheLanding),
        Objective.Elbo(particles: 6, gradient: GradientForm.StickingTheLanding),
        Objective.Iwae(6, GradientForm.StickingTheLanding),
        Objective.Iwae(6, GradientForm.DoublyReparameterized),
        Objective.Miwae(2, 3, GradientForm.StickingTheLanding),
        Objective.Miwae(2, 3, GradientForm.DoublyReparameterized),
        Objective.Ciwae(0.3, 6, GradientForm.StickingTheLanding),
        Objective.Ciwae(0.3, 6, GradientForm.DoublyReparameterized),
        Objective.Renyi(0.5, 6, GradientForm.StickingTheLanding),
        Objective.Renyi(0.5, 6, GradientForm.DoublyReparameterized),
    };

    [Theory]
    [MemberData(nameof(PlainObjectives))]
    public void Plain_gradients_agree_with_differences(Objective objective)
    {
        using var scope = NewDisposeScope();
        using var chain = new GaussianChain();
        var (guide, batch) = Disturbed(chain);
        using (guide)
        {
            foreach (var module in new nn.Module[] { chain, guide })
            {
                var exact = Gradients.Of(objective, guide, module, batch, seed: 11);
                Gradients.Close(Gradients.ByDifferences(objective, guide, module, batch, seed: 11), exact, 1e-7 * (1 + Gradients.Largest(exact)));
                Assert.True(Gradients.Largest(exact) > 1e-3);
            }
        }
    }

    /// <summary>
    /// For the ELBO with its KL in closed form and z = m + s ε: ∂/∂m = Wᵀ(x − W z − μ)/σ² − m, and by log s that times s ε, less s² − 1.
    /// </summary>
    [Fact]
    public void Elbo_gradient_is_the_known_one()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(16);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.2);
        var batch = guide.Batch(x);
        var found = Gradients.Of(Objective.Elbo(), guide, guide.z, batch, seed: 4);

        using var grad = no_grad();
        using var seed = manual_seed(4);
        var draws = guide.Draw(batch, 1);
        var (q, z) = (draws.Distributions[0], draws.Latents[0]);
        var variance = (2 * model.LogNoise).exp();
        var path = (x - model.Decoder.call(z)).matmul(model.Decoder.weight!) / variance;
        var byMean = path - q.Mean;
        var byLogScale = (path * (z - q.Mean)) - (q.Variance - 1);
        var expected = cat([-byMean.mean([0]), -byLogScale.mean([0])]).data<double>().ToArray();

        // The last parameters are the head's bias: mean, then log scale.
        Gradients.Close(expected, found[^4..], 1e-10);
    }

    [Theory]
    [MemberData(nameof(PathObjectives))]
    public void Path_gradients_have_no_variance_at_the_posterior(Objective objective)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        var batch = guide.Batch(x);
        foreach (var seed in new[] { 1, 2, 3 })
            Assert.True(Gradients.Largest(Gradients.Of(objective, guide, guide, batch, seed)) < 1e-10);
    }

    [Theory]
    [MemberData(nameof(PathObjectives))]
    public void Path_gradients_have_no_variance_at_the_posterior_of_two_layers(Objective objective)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20).narrow(1, 0, 2);
        using var model = new GaussianChain();
        using var guide = model.ExactGuide(x);
        var batch = guide.Batch(x);
        foreach (var seed in new[] { 1, 2, 3 })
            Assert.True(Gradients.Largest(Gradients.Of(objective, guide, guide, batch, seed)) < 1e-10);
    }

    [Fact]
    public void Plain_gradients_have_variance_at_the_posterior()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        foreach (var objective in new[] { Objective.Elbo(), Objective.Elbo(kl: KlForm.Sampled), Objective.Iwae(6) })
            Assert.True(Gradients.Largest(Gradients.Of(objective, guide, guide, guide.Batch(x), seed: 1)) > 1e-2);
    }

    [Fact]
    public void The_model_gets_the_bounds_own_gradient_under_each_form()
    {
        using var scope = NewDisposeScope();
        using var chain = new GaussianChain();
        var (guide, batch) = Disturbed(chain);
        using (guide)
        {
            var elbo = Gradients.Of(Objective.Elbo(4, KlForm.Sampled), guide, chain, batch, seed: 9);
            Gradients.Close(elbo, Gradients.Of(Objective.Elbo(4, gradient: GradientForm.StickingTheLanding), guide, chain, batch, seed: 9), 1e-10);
            var iwae = Gradients.Of(Objective.Iwae(4), guide, chain, batch, seed: 9);
            Gradients.Close(iwae, Gradients.Of(Objective.Iwae(4, GradientForm.StickingTheLanding), guide, chain, batch, seed: 9), 1e-10);
            Gradients.Close(iwae, Gradients.Of(Objective.Iwae(4, GradientForm.DoublyReparameterized), guide, chain, batch, seed: 9), 1e-10);
        }
    }

    /// <summary>
    /// Paired over 400 draws, each of the guide's 20 gradient entries of the doubly reparameterized form, and of sticking the landing
    /// under the ELBO, has the plain one's mean within 4.5 standard errors: a false alarm in about 7,000 runs. The same test finds the
    /// bias of sticking the landing under IWAE, so that it has the power to find one.
    /// </summary>
    [Fact]
    public void Path_gradients_are_unbiased_except_sticking_the_landing_under_iwae()
    {
        using var scope = NewDisposeScope();
        using var chain = new GaussianChain();
        var (guide, batch) = Disturbed(chain);
        using (guide)
        {
            Assert.True(LargestZ(Objective.Iwae(3), Objective.Iwae(3, GradientForm.DoublyReparameterized), guide, batch) < 4.5);
            Assert.True(LargestZ(Objective.Elbo(kl: KlForm.Sampled), Objective.Elbo(gradient: GradientForm.StickingTheLanding), guide, batch) < 4.5);
            Assert.True(LargestZ(Objective.Iwae(3), Objective.Iwae(3, GradientForm.StickingTheLanding), guide, batch) is var z && z > 6, $"z = {z}");
        }
    }

    /// <summary>As above for the bounds beside IWAE: the weights of the doubly reparameterized form are theirs.</summary>
    [Theory]
    [InlineData("MIWAE")]
    [InlineData("CIWAE")]
    [InlineData("Renyi")]
    public void The_doubly_reparameterized_gradient_is_unbiased_for_each_bound(string name)
    {
        Objective Make(GradientForm gradient) => name switch
        {
            "MIWAE" => Objective.Miwae(2, 3, gradient),
            "CIWAE" => Objective.Ciwae(0.4, 4, gradient),
            _ => Objective.Renyi(-0.5, 4, gradient),
        };
        using var scope = NewDisposeScope();
        using var chain = new GaussianChain();
        var (guide, batch) = Disturbed(chain);
        using (guide)
        {
            Assert.True(LargestZ(Make(GradientForm.Plain), Make(GradientForm.DoublyReparameterized), guide, batch) is var z && z < 4.5, $"z = {z}");
            Assert.True(LargestZ(Make(GradientForm.Plain), Make(GradientForm.StickingTheLanding), guide, batch) is var biased && biased > 6, $"{biased}");
        }
    }

    [Fact]
    public void A_parameter_shared_by_model_and_guide_has_no_path_gradient()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        guide.register_module("shared", model.Decoder);
        var fault = Assert.Throws<PplArgumentException>(
            () => Objective.Iwae(3, GradientForm.DoublyReparameterized).Accumulate(guide, guide.Batch(x)));
        Assert.Contains("decoder.weight", fault.Message, StringComparison.Ordinal);
    }

    private static (GaussianChain.Guide Guide, Batch Batch) Disturbed(GaussianChain chain)
    {
        var x = Ppca.Data(12).narrow(1, 0, 2).contiguous();
        var guide = chain.ExactGuide(x);
        Ppca.Disturb(guide, 0.1);
        return (guide, guide.Batch(x));
    }

    private static double LargestZ(Objective first, Objective second, Guide guide, Batch batch)
    {
        const int N = 400;
        double[]? sum = null;
        double[]? squares = null;
        for (var seed = 0; seed < N; seed++)
        {
            var a = Gradients.Of(first, guide, guide, batch, seed);
            var b = Gradients.Of(second, guide, guide, batch, seed);
            sum ??= new double[a.Length];
            squares ??= new double[a.Length];
            for (var i = 0; i < a.Length; i++)
            {
                sum[i] += a[i] - b[i];
                squares[i] += (a[i] - b[i]) * (a[i] - b[i]);
            }
        }

        return sum!.Zip(squares!, (s, q) =>
        {
            var mean = s / N;
            var variance = (q / N) - (mean * mean);
            return variance < 1e-24 ? 0 : Math.Abs(mean) / Math.Sqrt(variance / N);
        }).Max();
    }
}
