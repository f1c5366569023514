using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Networks;

/// <summary>Which family a guide has that nobody chose, as the table of docs/guides.md says it.</summary>
public sealed class DefaultGuideTests
{
    // The prior of events of three entries, and whether its guide's divergence from it has a closed form.
    private static readonly Dictionary<string, (Func<Distribution> Prior, bool HasForm)> Mapped = new()
    {
        ["Gamma"] = (() => new Gamma(ones(3), 2), true),
        ["LogNormal"] = (() => new LogNormal(zeros(3), 1), true),
        ["HalfNormal"] = (() => new HalfNormal(ones(3)), false),
        ["Weibull"] = (() => new Weibull(ones(3), 2), false),
        ["Beta"] = (() => new Beta(ones(3), 2), false),
        ["Uniform"] = (() => new Uniform(0, 3).Expand(3), false),
        ["VonMises"] = (() => new VonMises(zeros(3), 1), false),
        ["Dirichlet"] = (() => new Dirichlet(ones(3)), false),
        ["LogisticNormal"] = (() => new LogisticNormal(zeros(2), ones(2)), true),
        ["ZeroSumNormal"] = (() => new ZeroSumNormal(3, 1), false),
    };

    public static TheoryData<string> Names => [.. Mapped.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_a_normal_through_the_map_onto_the_support(string name)
    {
        using var scope = NewDisposeScope();
        var (prior, hasForm) = (Mapped[name].Prior(), Mapped[name].HasForm);
        var q = Assert.IsType<Transformed>(Guide(prior));
        Assert.IsType<Normal>(q.Base);
        Assert.Equal(BijectTo.Of(prior.ValueConstraint), q.Transform);
        Assert.Equal(hasForm, KlRegistry.Find(q, prior) is not null);
    }

    [Fact]
    public void It_is_the_family_of_the_head_that_the_attribute_names()
    {
        using var scope = NewDisposeScope();
        Assert.IsType<Normal>(Guide(new StudentT(4, zeros(3), 1)));
        Assert.IsType<MultivariateNormal>(Guide(new GaussianRandomWalk(1, 3)));
        Assert.IsType<LowRankMultivariateNormal>(Guide(new LowRankMultivariateNormal(zeros(3), ones(3, 1), ones(3))));
    }

    private static Distribution Guide(Distribution prior)
    {
        using var encoder = new Encoder();
        encoder.Prepare([zeros(4, 5)], [3], prior);
        return encoder.Encode(zeros(4, 5));
    }
}
