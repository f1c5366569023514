using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>A factor's log weight counts like an observation's.</summary>
public sealed class FactorTests
{
    /// <summary>An observation that is written as the factor log p(x | z) gives the same terms, and mini-batches count it the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_log_density_is_an_observation(int particles)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.3, -1.0, 2.2, 0.1, 0.8 });
        using var observed = new Observation();
        using var weighed = new Weight();
        using var first = observed.CreateGuide();
        using var second = weighed.CreateGuide();
        first.Prepare(first.Batch(x));
        second.Prepare(second.Batch(x, x));
        var (one, other) = (first.Batch([x], [20]), second.Batch([x, x], [20]));
        var draws = first.Draw(one, particles, ParticleScope.Local);
        var terms = first.Terms(draws, TermForm.Sampled);
        var factors = second.Terms(second.Condition(second.Draw(other, particles, ParticleScope.Local), draws.Latents), TermForm.Sampled);
        var (expected, found) = (terms.Single(t => t.Site.Name == "x"), factors.Single(t => t.Site.Name == "fit"));
        Assert.Equal(expected.LogP!.shape, found.LogP!.shape);
        Assert.Equal(4, found.Scale);
        Assert.True((expected.LogP - found.LogP).abs().max().item<double>() < 1e-12);
        Assert.Equal("factor fit", found.Site.ToString());
    }

    /// <summary>z ~ N(0, 1) with the weight -(z - 1)²/2 and data x ~ N(z, 1): the log normalizer in closed form.</summary>
    [Fact]
    public void The_bound_reaches_the_log_normalizer()
    {
        using var scope = NewDisposeScope();
        using var model = new Tilted();
        using var guide = model.CreateGuide();
        var x = tensor(new[] { 1.7 });

        // ∫ N(z; 0, 1) exp(-(z - 1)²/2) N(x; z, 1) dz: three quadratics; precision 3 and mean (1 + x)/3.
        var (b, c) = (1 + 1.7, 1 + (1.7 * 1.7));
        var normalizer = (-0.5 * (c - (b * b / 3))) + (0.5 * Math.Log(2 * Math.PI / 3)) - Math.Log(2 * Math.PI);
        PlatedBoundTests.Reaches(model, guide, [x], normalizer);
    }

    [Fact]
    public void A_weight_of_another_shape_is_named()
    {
        using var scope = NewDisposeScope();
        using var model = new Unsummed();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(ones(4, 2))));
        Assert.Equal(
            "weight: the log weight has shape (4, 2), but the factor stands in plate 'data' of 4 rows: it must be one number for each element, of shape (4). "
            + "Sum over an event; expand what is the same for all of a plate.",
            fault.Message);
    }

    [Fact]
    public void Parts_name_factors_and_simulation_ignores_them()
    {
        using var pass = Pass.Prepare(Models.Get("Penalties"), rows: 4);
        var bound = Objective.Elbo().Evaluate(pass.Guide, pass.Batch).Read();
        Assert.Equal(["scale", "narrow", "a", "b", "near", "small", "x"], bound.Parts.Select(part => part.Site));
        Assert.Equal(bound.Bound, bound.Reconstruction - bound.Kl, 1e-9);
        Assert.Equal([4, 3], ((Penalties)pass.Model).Simulate(3, zeros(4, 2, dtype: ScalarType.Float64)).x.Value.shape);
    }
}

internal sealed partial class Observation : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var mu = Sample(Normal(0, 1));
        using var data = Plate(x);
        var z = Sample(Normal(mu, 1));
        Observe(x, Normal(z, 0.5));
    }
}

internal sealed partial class Weight : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        var mu = Sample(Normal(0, 1));
        using var data = Plate(x, y);
        var z = Sample(Normal(mu, 1));
        var fit = Normal(z, 0.5).LogProb(y);
        Factor(fit);
        Observe(x, Normal(0, 1));
    }
}

internal sealed partial class Tilted : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var z = Sample(Normal(0, 1));
        var near = -0.5 * (z - 1).square();
        Factor(near);
        using var data = Plate(x);
        Observe(x, Normal(z, 1));
    }
}

internal sealed partial class Unsummed : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var weight = -z.square();
        Factor(weight);
        Observe(x, Normal(z, 1));
    }
}
