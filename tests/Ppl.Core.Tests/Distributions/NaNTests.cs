using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>A value that is not a number: its log-density is none, for every family, and those of its neighbours are what they were.</summary>
public sealed class NaNTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    // What the table has no row for.
    private static readonly Dictionary<string, Func<Distribution>> Others = new()
    {
        ["Truncated(Normal, below)"] = () => new Truncated(new Normal(Two, 1), high: 1),
        ["Truncated(Exponential)"] = () => new Truncated(new Exponential(Two), low: 1, high: 3),
        ["Truncated(Uniform)"] = () => new Truncated(new Uniform(0, Two), low: 0.5),
        ["Censored(Exponential)"] = () => new Censored(new Exponential(Two), low: 0.5, high: 3),
        ["Censored(Gamma)"] = () => new Censored(new Gamma(Two, 1), high: 3),
        ["Transformed(Gamma, Affine)"] = () => new Transformed(new Gamma(Two, 1), new Affine(1, -2)),
        ["Transformed(Beta, Logit)"] = () => new Transformed(new Beta(Two, 1), Sigmoid.Instance.Inverted),
        ["Transformed(Normal, Sigmoid)"] = () => new Transformed(new Normal(Two, 1), Sigmoid.Instance),
        ["Mixture(Gamma, Beta)"] = () => new Mixture(new Categorical(tensor(new[] { 0.5, 0.5 })), new Gamma(Two, 1), new Beta(Two, 1)),
        ["Mixture(weight 0)"] = () => new Mixture(new Categorical(tensor(new[] { 1.0, 0 })), new Gamma(Two, 1), new Beta(Two, 1)),
        ["MixtureSameFamily(Gamma)"] = () => new MixtureSameFamily(new Categorical(tensor(new[] { 1.0, 0 })), new Gamma(Two, 1)),
        ["ZeroInflated(Geometric)"] = () => new ZeroInflated(new Geometric(0.5), gate: Two / 4),
        ["Hurdle(Geometric)"] = () => new Hurdle(new Geometric(0.5), gate: Two / 4),
        ["Independent(Gamma)"] = () => new Independent(new Gamma(Two, 1), 1),
        ["Reshaped(Dirichlet)"] = () => new Reshaped(new Dirichlet(ones(4, dtype: ScalarType.Float64)), [2, 2]),
        ["Masked(Gamma)"] = () => new Masked(new Gamma(Two, 1), tensor(new[] { true, true })),
    };

    public NaNTests() => manual_seed(20261123);

    public static TheoryData<string> Families => [.. FamilyCase.Densities.Select(c => c.Name), .. Others.Keys];

    private static Tensor Two => tensor(new[] { 2.0, 2.0 });

    public void Dispose() => scope.Dispose();

    // Each number of the value in turn, so that a vector has it in one entry.
    [Theory]
    [MemberData(nameof(Families))]
    public void LogProbOfNaN_IsNaN(string name)
    {
        var (d, plain) = Make(name);
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            for (var i = 0; i < plain.numel(); i++)
            {
                var value = plain.to(dtype).clone();
                value.view(-1)[i] = double.NaN;
                var isNaN = value.isnan();
                for (var k = 0; k < d.EventDimensions; k++) isNaN = isNaN.any(-1);

                // What is masked, or a missing step, does not count.
                var fault = d.FindValueFault(value);
                Assert.True(fault is not null || d is Masked or LinearGaussianStateSpace);
                var expected = where(isNaN.logical_and(tensor(fault is not null)), d.LogProb(plain.to(dtype)) * double.NaN, d.LogProb(plain.to(dtype)));
                var found = d.LogProb(value);
                Assert.True(Same(expected, found), $"{dtype} at {i}: {string.Join(", ", TensorAssert.ToArray(found))}");
                Assert.True(Same(expected.sum(), d.LogDensity(value, 0)), $"{dtype} at {i}: the sum is {TensorAssert.Item(d.LogDensity(value, 0))}");
                Assert.Equal(d.LogProb(plain.to(dtype)).dtype, found.dtype);
                if (fault is not null) Assert.Contains("NaN", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    private static bool Same(Tensor expected, Tensor found)
    {
        var (a, b) = (expected.to(ScalarType.Float64), found.to(ScalarType.Float64));
        return a.eq(b).logical_or((a - b).abs().lt(1e-5)).logical_or(a.isnan().logical_and(b.isnan())).all().ToBoolean();
    }

    private static (Distribution D, Tensor Value) Make(string name)
    {
        if (!Others.TryGetValue(name, out var make)) return (FamilyCase.Of(name).Make(), FamilyCase.Of(name).Value());
        var d = make();
        return (d, d.Sample().to(ScalarType.Float64));
    }
}
