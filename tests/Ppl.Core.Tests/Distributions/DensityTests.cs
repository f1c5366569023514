using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Densities at random parameters: they integrate to 1, and their integrals are what the distribution function says.</summary>
public sealed class DensityTests : IDisposable
{
    private const int Settings = 3;

    private readonly DisposeScope scope = NewDisposeScope();

    public DensityTests() => manual_seed(20261122);

    // Without the mixture whose density jumps inside its support: a sum over nodes is too coarse there.
    public static TheoryData<string> Continuous => [.. FamilyCase.All
        .Where(c => !c.IsPoint && c.IsSlopeOfCdf && c.Name != "Mixture(Normal, HalfNormal)" && c.Make() is { EventDimensions: 0, IsDiscrete: false })
        .Select(c => c.Name)];

    public static TheoryData<string> OfCounts => [.. FamilyCase.All
        .Where(c => !c.IsPoint && c.IsSlopeOfCdf && c.Make() is { EventDimensions: 0, IsDiscrete: true })
        .Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Continuous))]
    public void Density_IntegratesToOne(string name)
    {
        foreach (var d in AtRandomParameters(name))
        {
            // Where draws pile up at the last number before an end, what lies beyond it is not there for a sum over float64 numbers.
            var draws = d.Sample(2001);
            var isResolved = draws.eq(draws.amax([0])).sum([0]).eq(1).logical_and(draws.eq(draws.amin([0])).sum([0]).eq(1));
            var (x, mass) = Grid(d, draws);
            Check(ones_like(mass[0]), mass.sum([0]), isResolved, d, "the integral");
            if (!HasCdf(d, x)) continue;
            var isResolvedAt = isResolved.logical_and(x.isfinite());

            // Below an upper bound the values fall as the reals grow.
            var sum = mass.cumsum(0) - mass / 2;
            Check(where(x[0] > x[-1], 1 - sum, sum), d.Cdf(x), isResolvedAt, d, "the distribution function");
        }
    }

    [Theory]
    [MemberData(nameof(OfCounts))]
    public void Probabilities_SumToOne(string name)
    {
        foreach (var d in AtRandomParameters(name))
        {
            var values = d.HasEnumerableSupport ? d.EnumerateSupport() : arange(20_000, ScalarType.Float64).reshape(-1, 1, 1);
            var mass = d.LogProb(values).exp();
            var isResolved = ones_like(mass[0], ScalarType.Bool);
            Check(ones_like(mass[0]), mass.sum([0]), isResolved, d, "the sum");
            if (HasCdf(d, values)) Check(mass.cumsum(0), d.Cdf(values), isResolved, d, "the distribution function");
        }
    }

    // Values and the probability around each: nodes in the reals, from which the support is reached, exponentially far from where draws are.
    private static (Tensor Values, Tensor Mass) Grid(Distribution d, Tensor draws)
    {
        const double Last = 40;
        const int Nodes = 6001;
        var map = BijectTo.Of(d.ValueConstraint);
        var sorted = map.Inverse(draws).sort(0).Item1;
        var (center, width) = (sorted[1000], (sorted[1500] - sorted[500]).clamp_min(1e-9) * 0.3);
        var t = linspace(-Last, Last, Nodes, ScalarType.Float64).reshape([-1, .. d.Shape.Select(_ => 1L)]);
        var u = center + width * t.sinh();
        var x = map.Forward(u);
        var log = d.LogProb(x) + map.LogAbsDetJacobian(u, x) + (width * t.cosh()).log() + Math.Log(2 * Last / (Nodes - 1));
        return (x, log.exp().masked_fill(x.isfinite().logical_not().logical_or(log.isnan()), 0));
    }

    private static IEnumerable<Distribution> AtRandomParameters(string name)
    {
        var family = FamilyCase.All.Single(c => c.Name == name);
        for (var i = 0; i < Settings; i++)
        {
            var parameters = family.Parameters();
            foreach (var (key, value) in family.Parameters())
            {
                var moved = value + family.Direction(key, value) * 0.3;
                if (!family.Fixed.Contains(key)) parameters[key] = where((value > 0).logical_and(moved <= 0), value / 2, moved);
            }

            var d = family.Create(parameters);
            if (d.FindParameterFault() is null) yield return d;
        }
    }

    private static bool HasCdf(Distribution d, Tensor x)
    {
        try
        {
            d.Cdf(x[0]);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    private static void Check(Tensor expected, Tensor actual, Tensor isResolved, Distribution d, string what)
    {
        var parameters = string.Join(
            "; ", d.Parameters.Select(p => $"{p.Declaration.Name} {string.Join(' ', TensorAssert.ToArray(p.Value.AsTensor()))}"));
        var error = TensorAssert.Item((expected - actual).abs().masked_fill(isResolved.logical_not(), 0).max());

        // What a sum over nodes makes of a density that jumps, and of the far tail of half a degree of freedom.
        Assert.True(error < 5e-3, $"{what} of {d} is off by {error}: {parameters}");
    }
}
