using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Improper, masked and censored distributions, and the tails that censoring needs.</summary>
public sealed class PartlySeenTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public PartlySeenTests() => manual_seed(3);

    public static TheoryData<string> WithCdf => ReferenceTests.WithCdf;

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(WithCdf))]
    public void Tails_AddUpToOne(string name)
    {
        var family = FamilyCase.All.Single(c => c.Name == name);
        var (d, value) = (family.Make(), family.Value());
        TensorAssert.Close(d.Cdf(value), d.LogCdf(value).exp(), relative: 1e-10);
        TensorAssert.Close(1 - d.Cdf(value), d.LogSurvival(value).exp(), relative: 1e-9);
    }

    [Fact]
    public void Censored_HasDensityInsideAndProbabilityAtTheEnds()
    {
        var loc = tensor(new[] { 0.5, -1, 30 }).requires_grad_();
        var d = new Censored(new Normal(loc, 2), low: -1, high: 3);
        var x = tensor(new[] { -1.0, 0.2, 3.0 });
        var expected = stack([d.Base.LogCdf(x)[0], d.Base.LogProb(x)[1], d.Base.LogSurvival(x)[2]], 0);
        TensorAssert.Close(expected, d.LogProb(x));
        var outside = TensorAssert.ToArray(d.LogProb(tensor(new[] { -1.1, 0, 3.1 })));
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity], [outside[0], outside[2]]);
        Assert.All(TensorAssert.ToArray(autograd.grad([d.LogProb(x).sum()], [loc])[0]), g => Assert.True(double.IsFinite(g)));

        // Survival times of which some had not ended at 2: the derivative of the likelihood by the scale, in closed form.
        var scale = tensor(1.5, ScalarType.Float64).requires_grad_();
        var times = tensor(new[] { 0.3, 2, 1.1, 2 });
        var likelihood = new Censored(new Weibull(scale, 1), high: 2).LogProb(times).sum();
        TensorAssert.Close(tensor(-2 * Math.Log(1.5) - 5.4 / 1.5, ScalarType.Float64), likelihood);
        TensorAssert.Close(tensor(-2 / 1.5 + 5.4 / (1.5 * 1.5), ScalarType.Float64), autograd.grad([likelihood], [scale])[0]);
    }

    // A right sampler is 5 standard errors off with a chance of 6e-7.
    [Fact]
    public void DrawsOfCensored_LieAtTheEndsWithTheirProbability()
    {
        const int Count = 100_000;
        var d = new Censored(new Weibull(tensor(2.0, ScalarType.Float64), 1.5), low: 0.5, high: 4);
        var x = d.Sample(Count);
        Assert.Null(d.FindValueFault(x));
        foreach (var end in new[] { 0.5, 4 })
        {
            var exact = TensorAssert.Item(d.LogProb(tensor(end, ScalarType.Float64)).exp());
            var error = 5 * Math.Sqrt(exact / Count);
            Assert.InRange(TensorAssert.Item(x.eq(end).to(ScalarType.Float64).mean()), exact - error, exact + error);
        }

        TensorAssert.Shape([5, 3], d.Expand(5, 3).Sample());
        TensorAssert.Close(d.LogProb(x), d.With(t => t.clone()).LogProb(x));
        Assert.Equal([0, 1], TensorAssert.ToArray(d.Cdf(tensor(new[] { 0.4, 4 }))));
    }

    [Fact]
    public void Masked_CountsOnlyWhatTheMaskSays()
    {
        var scale = tensor(new[] { 1.0, 2, 3 }).requires_grad_();
        var mask = tensor(new[] { true, false, true });
        var d = new Masked(new LogNormal(0, scale), mask);
        var x = tensor(new[] { 0.5, double.NaN, 2 });
        var density = d.LogProb(x);
        var whole = TensorAssert.ToArray(d.Base.LogProb(x));
        Assert.Equal([whole[0], 0, whole[2]], TensorAssert.ToArray(density));
        var gradient = TensorAssert.ToArray(autograd.grad([density.sum()], [scale])[0]);
        Assert.Equal(0, gradient[1]);
        Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
        Assert.Null(d.FindValueFault(x));
        Assert.NotNull(d.FindValueFault(-x));
        Assert.Equal(0, TensorAssert.ToArray(d.Entropy())[1]);
        TensorAssert.Shape([2, 3], new Masked(new LogNormal(0, 1), mask).Expand(2, 3).LogProb(ones(2, 3)));
        TensorAssert.Shape([2], new Masked(new Dirichlet(ones(3)), tensor(new[] { true, false })).LogProb(ones(2, 3) / 3));
        Assert.Equal(ScalarType.Bool, d.With(t => t.to(ScalarType.Float32)).Mask.dtype);
    }

    // What stands for an entry that does not count lies below the upper end too.
    [Fact]
    public void MaskedOfCensored_RefusesNothingThatDoesNotCount()
    {
        var times = new Censored(new Weibull(tensor(new[] { 1.0, 2 }), 1), high: tensor(new[] { 0.4, 0.3 }));
        var d = new Masked(times, tensor(new[] { true, false }));
        var x = tensor(new[] { 0.4, double.NaN });
        Assert.Null(d.FindValueFault(x));
        Assert.Equal([-0.4, 0], TensorAssert.ToArray(d.LogProb(x)));
        Assert.Equal("give the upper end where the value lies beyond", d.FindValueFault(tensor(new[] { 0.5, 0.1 }))!.Advice);
    }

    [Fact]
    public void KlOfMasked_IsThatOfTheBasesWhereTheyCount()
    {
        var mask = tensor(new[] { true, false, true });
        var (q, p) = (new Gamma(ones(3) * 2, 1), new Gamma(ones(3), 3));
        var expected = Divergence.Kl(q, p) * tensor(new[] { 1f, 0, 1 });
        TensorAssert.Close(expected, KlRegistry.Kl(new Masked(q, mask), new Masked(p, mask.clone())));
        TensorAssert.Throws<PplArgumentException>(
            "KL of Masked needs the same mask on both sides.", () => KlRegistry.Kl(new Masked(q, mask), new Masked(p, mask.logical_not())));
    }

    [Fact]
    public void ImproperUniform_IsFlatOnItsSetAndHasNoDraws()
    {
        var d = new ImproperUniform(Constraint.Interval(0, 2)).Expand(3);
        Assert.Equal([0, 0, double.NegativeInfinity], TensorAssert.ToArray(d.LogProb(tensor(new[] { 0, 1.5, 2.5 }))));
        TensorAssert.Shape([3], d.LogProb(tensor(1.0)));
        TensorAssert.Shape([4], new ImproperUniform(Constraint.Simplex, 3).LogProb(ones(4, 3) / 3));
        Assert.Equal([0, double.NegativeInfinity], TensorAssert.ToArray(new ImproperUniform(Constraint.Positive).LogProb(tensor(new[] { 1.0, 0 }))));
        Assert.NotNull(d.FindValueFault(tensor(3.0)));
        var outside = new (Constraint Set, double In, double Out)[]
        {
            (Constraint.LessThan(3), 2, 5), (new Truncated(new Normal(0, 1), high: 3).ValueConstraint, 3, 5), (Constraint.AtLeast(1), 1, 0.5),
            (new Beta(2, 2).ValueConstraint, 0.5, 1.5), (Constraint.LessThan(3), -5, double.NegativeInfinity),
        };
        foreach (var (set, inside, beyond) in outside)
            Assert.Equal([0, double.NegativeInfinity], TensorAssert.ToArray(new ImproperUniform(set).LogProb(tensor(new[] { inside, beyond }))));

        // Bounds of two rows are two variables.
        var rows = new ImproperUniform(Constraint.LessThan(tensor(new[] { 1.0, 3 })));
        Assert.Equal([2], rows.Shape);
        Assert.Equal([double.NegativeInfinity, 0], TensorAssert.ToArray(rows.LogProb(tensor(2.0))));
        Assert.Equal([4, 2], rows.Expand(4, -1).Shape);
        Assert.Equal([1, 2], rows.With(t => t.unsqueeze(0)).Shape);
        var low = tensor(new[] { 1.0, 2 });
        var mapped = new ImproperUniform(Constraint.AtLeast(low)).Map((t, _) => t + 5);
        Assert.Equal([double.NegativeInfinity, 0], TensorAssert.ToArray(mapped.LogProb(tensor(new[] { 5.0, 8 }))));
        TensorAssert.Throws<NotSupportedException>(
            "ImproperUniform has no draws: it has no total mass. Give the variable a proper prior, or draw from the posterior.", () => d.Sample());
        TensorAssert.Close(zeros(3), KlRegistry.Kl(new Delta(ones(3)), d));
    }
}
