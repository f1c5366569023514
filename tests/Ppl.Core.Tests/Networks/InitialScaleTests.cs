using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Networks;

/// <summary>Where a factor begins: <see cref="Posterior.StartingAt"/>.</summary>
public sealed class InitialScaleTests
{
    private static readonly Dictionary<string, Func<Posterior>> Families = new()
    {
        ["Default"] = () => Posterior.Default(hidden: [5]),
        ["Diagonal"] = () => Posterior.Diagonal(hidden: [5]),
        ["FullCovariance"] = () => Posterior.FullCovariance(hidden: [5]),
        ["LowRank"] = () => Posterior.LowRank(2, hidden: [5]),
        ["Diagonal, free"] = () => Posterior.Diagonal().Free(),
        ["FullCovariance, free"] = () => Posterior.FullCovariance().Free(),
        ["LowRank, free"] = () => Posterior.LowRank(2).Free(),
    };

    public static TheoryData<string> Names => [.. Families.Keys];

    /// <summary>
    /// Of one seed, the standard deviations are the given one times those without it: exactly where they are exponentials or begin at constants;
    /// where an output of the network goes through a softplus, near it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Factors_begin_at_the_given_scale(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var scale in new[] { 0.1, 3.0 })
        {
            var found = Start(Families[name]().StartingAt(scale)).sqrt();
            var expected = Start(Families[name]()).sqrt() * scale;
            var isExact = name is "Default" or "Diagonal" || name.EndsWith("free", StringComparison.Ordinal);
            var difference = (found.log() - expected.log()).abs();
            Assert.True(difference.max().item<double>() < (isExact ? 0.02 : 1), $"{name}, {scale}: {difference.max().item<double>()} at most");
            Assert.True(difference.mean().item<double>() < (isExact ? 0.02 : 0.4));
        }
    }

    /// <summary>
    /// However many coordinates there are: a network's full covariance has no correlations at first. A step of one length of all weights, Adam's
    /// first, then moves the entries of a row of L together as far as one output.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(32)]
    public void A_full_covariance_begins_without_correlations_and_is_not_outweighed_by_them(long size)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        using var encoder = new Encoder(Posterior.FullCovariance(hidden: [5]));
        var input = randn([4, 6], float64);
        encoder.Prepare([input], [size], new Normal(zeros([size], float64), 1));
        var start = (MultivariateNormal)encoder.Encode(input);
        TensorAssert.Close(zeros([4, size, size], float64), start.ScaleTril.tril(-1), 0);
        using (no_grad())
            foreach (var (name, parameter) in encoder.named_parameters())
                if (name.StartsWith("head.", StringComparison.Ordinal)) parameter.add_(0.01);
        var moved = (MultivariateNormal)encoder.Encode(input);
        var one = (moved.Mean - start.Mean).select(1, 0);
        var row = moved.ScaleTril.tril(-1).select(1, size - 1).pow(2).sum([1]).sqrt();
        TensorAssert.Close(one.abs() * Math.Sqrt((size - 1.0) / size), row, 1e-10);
    }

    [Fact]
    public void A_scale_outside_its_domain_is_refused()
    {
        foreach (var scale in new[] { 0, -1, 0.001, double.NaN, double.PositiveInfinity })
        {
            var fault = Assert.Throws<PplArgumentException>(() => Posterior.Diagonal().StartingAt(scale));
            Assert.Equal($"scale: a guide starts with a standard deviation of at least 0.01; {scale} is not.", fault.Message);
        }
    }

    [Fact]
    public void A_point_has_none()
    {
        var fault = Assert.Throws<PplArgumentException>(() => Posterior.Delta().StartingAt(0.1));
        Assert.Equal("Posterior.Delta is a point: it has no standard deviation to start with.", fault.Message);
    }

    [Fact]
    public void A_head_without_one_is_refused_by_the_latents_name()
    {
        using var scope = NewDisposeScope();
        using var encoder = new Encoder(Posterior.Default().StartingAt(0.1)) { Site = "b" };
        var fault = Assert.Throws<PplArgumentException>(() => encoder.Prepare([ones(2, 3)], [2], new Bernoulli(probs: 0.5)));
        Assert.Equal("b: its head BernoulliHead has no standard deviation to start with: leave StartingAt out.", fault.Message);
    }

    /// <summary>Of one seed, locations are the given number beyond those without it, and standard deviations as they were.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Factors_begin_at_the_given_location(string name)
    {
        using var scope = NewDisposeScope();
        var (found, expected) = (Begin(Families[name]().StartingAt(location: 170)), Begin(Families[name]()));
        TensorAssert.Close(expected.Mean + 170, found.Mean, 1e-12);
        TensorAssert.Close(expected.Variance, found.Variance, 1e-12);
        TensorAssert.Close(expected.Mean - 2, Begin(Families[name]().StartingAt(0.5, -2)).Mean, 1e-12);
    }

    [Fact]
    public void A_point_begins_at_the_given_location()
    {
        using var scope = NewDisposeScope();
        TensorAssert.Close(Begin(Posterior.Delta()).Mean + 3, Begin(Posterior.Delta().StartingAt(location: 3)).Mean, 1e-12);
    }

    [Fact]
    public void A_location_that_cannot_be_is_refused()
    {
        using var scope = NewDisposeScope();
        var number = Assert.Throws<PplArgumentException>(() => Posterior.Diagonal().StartingAt(location: double.NaN));
        Assert.Equal("location: a guide starts at a finite number; NaN is none.", number.Message);
        using var encoder = new Encoder(Posterior.Default().StartingAt(location: 1)) { Site = "b" };
        var head = Assert.Throws<PplArgumentException>(() => encoder.Prepare([ones(2, 3)], [2], new Bernoulli(probs: 0.5)));
        Assert.Equal("b: its head BernoulliHead has no location to start at: leave StartingAt out.", head.Message);
    }

    /// <summary>The variance at the start, for 4 rows of an event of 3 numbers.</summary>
    private static Tensor Start(Posterior posterior) => Begin(posterior).Variance;

    private static Distribution Begin(Posterior posterior)
    {
        manual_seed(8);
        using var encoder = new Encoder(posterior);
        var input = randn([4, 6], float64);
        encoder.Prepare([input], [3], new Normal(zeros([3], float64), 1));
        return encoder.Encode(input);
    }
}
