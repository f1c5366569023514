using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Lists of finite supports: every value that can be drawn, once, with probabilities that sum to 1.</summary>
public sealed class EnumerationTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public EnumerationTests() => manual_seed(3);

    public static TheoryData<string> Finite => [.. FamilyCase.All.Where(c => c.Make().HasEnumerableSupport).Select(c => c.Name)];

    public static TheoryData<string> Others => [.. FamilyCase.Densities.Where(c => !c.Make().HasEnumerableSupport).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Finite))]
    public void EnumerateSupport_ListsEveryValueOnce(string name)
    {
        var d = FamilyCase.Of(name).Make();
        var values = d.EnumerateSupport();
        var count = values.shape[0];
        var rows = d.Shape.Length - d.EventDimensions;
        TensorAssert.Shape([count, .. Enumerable.Repeat(1L, rows), .. d.Shape[rows..]], values);
        Assert.Equal(d.Sample().dtype, values.dtype);

        var probs = d.LogProb(values).exp();
        TensorAssert.Shape([count, .. d.Shape[..rows]], probs);
        TensorAssert.Close(ones_like(probs.select(0, 0)), probs.sum([0]), relative: 1e-12);

        // No value comes twice, and each draw is among them.
        var flat = values.reshape(count, -1).to(ScalarType.Float64);
        Assert.Equal(count, flat.unique(dim: 0).Item1.shape[0]);
        var draws = d.Sample(500).to(ScalarType.Float64);
        var hits = draws.unsqueeze(1).eq(values.to(ScalarType.Float64).unsqueeze(0));
        if (d.EventDimensions > 0) hits = hits.flatten(-d.EventDimensions).all(-1);
        Assert.True(hits.any(1).all().item<bool>());

        // A value with some probability in every row is one that validation accepts.
        foreach (var value in values.unbind(0).Where((_, i) => probs.select(0, i).gt(0).all().item<bool>())) d.ValidateValue(value);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void EnumerateSupport_OfAnInfiniteOne_SaysSo(string name)
    {
        var d = FamilyCase.Of(name).Make();
        var message = Assert.Throws<NotSupportedException>(() => d.EnumerateSupport()).Message;
        Assert.Equal($"{d.Name} has no finite support that could be listed.", message);
    }

    // What memory cannot hold ends the process: a list, and a sum over it, of a billion counts.
    [Fact]
    public void LongSupports_AreRefusedByName()
    {
        var half = tensor(0.5, ScalarType.Float64);
        foreach (Distribution d in new Distribution[]
        {
            new Binomial(1e9, half), new BetaBinomial(half, half, 1e9), new DiscreteUniform(0, 1e9), new ZeroInflated(new Binomial(1e9, half), gate: half),
            new DiscretizedLogistic(half, half, 0, 1_000_000_000),
            new DiscretizedLogisticMixture(zeros(2), zeros(2), ones(2), 0, 1_000_000_000),
            new MixtureSameFamily(new Categorical(ones(2)), new Binomial(1e9, tensor(new[] { 0.1, 0.2 }))),
        })
        {
            Refused(() => d.EnumerateSupport(), "support is not listed: it has 1000000001 values, more than 10000000.");
        }

        Refused(() => new BetaBinomial(half, half, 1e9).Entropy(), "BetaBinomial's support is not listed: it has 1000000001 values");
        Refused(() => new BetaBinomial(half, half, 1e9).Cdf(half), "BetaBinomial's support is not listed");
        Refused(() => new DiscretizedLogistic(half, half, 0, 1_000_000_000).Mean, "DiscretizedLogistic's support is not listed");
        Refused(() => new BetaBinomial(half, half, 999_999).Expand(200).Entropy(), "BetaBinomial(200)'s entropy is a sum over 1000000 values");
        Refused(() => new BetaBinomial(half, half, 999_999).Cdf(zeros(200)), "distribution function is a sum over 1000000 values for each row: 200000000");
        Refused(() => new Binomial(1e9, half).Expand(1000).Entropy(), "Binomial(1000)'s entropy is a sum over");

        static void Refused(Func<Tensor> call, string what)
            => Assert.Contains(what, Assert.Throws<NotSupportedException>(call).Message, StringComparison.Ordinal);
    }

    // Exact values by mpmath, with 40 digits. Binomial coefficients of a billion have no more digits than the logarithm of a factorial.
    [Theory]
    [InlineData(200, 0.999, 0.53531382030293529768)]
    [InlineData(1000, 0.25, 4.0357164634421628791)]
    [InlineData(1e6, 0.3, 7.5463698745621776102)]
    [InlineData(1e9, 3e-9, 1.9314701969507859075)]
    [InlineData(1e9, 1e-5, 6.0240953856677186553)]
    public void EntropyOfManyTrials_IsExact(double trials, double probs, double expected)
    {
        TensorAssert.Close(tensor(expected), new Binomial(trials, tensor(probs, ScalarType.Float64)).Entropy(), relative: 2e-7);
        var rows = new Binomial(tensor(new[] { trials, 3 }), tensor(new[] { probs, 0.5 }));
        TensorAssert.Close(tensor(new[] { expected, new[] { 1 / 8.0, 3 / 8.0 }.Sum(p => -2 * p * Math.Log(p)) }), rows.Entropy(), relative: 2e-7);
    }

    // log(2 π e n p q) / 2 + O(1 / n), whose derivative is (1 − 2 p) / (2 p q): the digits that a density of a billion trials has.
    [Fact]
    public void EntropyOfABillionTrials_IsThatOfANormal()
    {
        var p = tensor(0.25, ScalarType.Float64, requires_grad: true);
        var entropy = new Binomial(1e9, p).Entropy();
        TensorAssert.Close(tensor(Math.Log(2 * Math.PI * Math.E * 1e9 * 0.25 * 0.75) / 2), entropy, relative: 2e-7);
        TensorAssert.Close(tensor(0.5 / (2 * 0.25 * 0.75)), autograd.grad([entropy], [p])[0], relative: 1e-3);
    }
}
