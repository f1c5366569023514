using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Guides of the conjugate family are the exact posterior: each draw's bound is the evidence.</summary>
public sealed class SupportPosteriorTests
{
    [Fact]
    public void A_gamma_rate()
    {
        using var scope = NewDisposeScope();
        using var generator = manual_seed(5);
        var x = tensor(new[] { 3.0, 5, 2, 4 });
        using var model = new Rates();
        using var guide = model.CreateGuide(rate: Posterior.Gamma());
        var at = tensor(3.0);
        Reaches(model, guide, x, new Gamma(2, 1), at, new Poisson(at), new Gamma(16, 5));
    }

    [Fact]
    public void A_beta_probability()
    {
        using var scope = NewDisposeScope();
        using var generator = manual_seed(5);
        var x = tensor(new[] { 1.0, 1, 0, 1, 1 });
        using var model = new Coins();
        using var guide = model.CreateGuide(p: Posterior.Beta());
        var at = tensor(0.6);
        Reaches(model, guide, x, new Beta(2, 2), at, new Bernoulli(at), new Beta(6, 3));
    }

    [Fact]
    public void A_dirichlet_of_words()
    {
        using var scope = NewDisposeScope();
        using var generator = manual_seed(5);
        var x = tensor(new[] { 0L, 2, 2, 1, 2, 2 });
        using var model = new Words();
        using var guide = model.CreateGuide(w: Posterior.Dirichlet());
        var at = tensor(new[] { 0.2, 0.3, 0.5 });
        Reaches(model, guide, x, new Dirichlet(ones(3, dtype: float64)), at, new Categorical(at), new Dirichlet(tensor(new[] { 2.0, 2, 5 })));
    }

    /// <summary>Data on both sides of π, where a normal through the interval's map is cut in two.</summary>
    [Fact]
    public void An_angle_at_the_cut()
    {
        using var scope = NewDisposeScope();
        using var generator = manual_seed(5);
        var x = tensor(new[] { 3.0, -3.0, 2.8, -3.1 });
        using var model = new Angles();
        using var guide = model.CreateGuide(mean: Posterior.VonMises());
        var (at, east, north) = (tensor(3.0), 0.5 + (4 * x.cos().sum().item<double>()), 4 * x.sin().sum().item<double>());
        var posterior = new VonMises(Math.Atan2(north, east), Math.Sqrt((east * east) + (north * north)));
        Reaches(model, guide, x, new VonMises(0, 0.5), at, new VonMises(at, 4), posterior);
    }

    /// <summary>log p(x) = log p(z) + log p(x | z) − log p(z | x), at any z.</summary>
    private static void Reaches(
        GenerativeModel model, Guide guide, Tensor x, Distribution prior, Tensor at, Distribution likelihood, Distribution posterior)
    {
        var evidence = prior.LogProb(at) + likelihood.LogProb(x).sum() - posterior.LogProb(at);
        PlatedBoundTests.Reaches(model, guide, [x], evidence.to(float64).item<double>());
    }
}

/// <summary>Counts of one rate.</summary>
public sealed partial class Rates : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var rate = Sample(Gamma(2, 1));
        using var data = Plate(x);
        Observe(x, Poisson(rate));
    }
}

/// <summary>Throws of one coin.</summary>
public sealed partial class Coins : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var p = Sample(Beta(2, 2));
        using var data = Plate(x);
        Observe(x, Bernoulli(p));
    }
}

/// <summary>Words of one distribution.</summary>
public sealed partial class Words : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var w = Sample(Dirichlet(ones(3)));
        using var data = Plate(x);
        Observe(x, Categorical(w));
    }
}

/// <summary>Angles around one mean.</summary>
public sealed partial class Angles : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var mean = Sample(VonMises(0, 0.5));
        using var data = Plate(x);
        Observe(x, VonMises(mean, 4));
    }
}
