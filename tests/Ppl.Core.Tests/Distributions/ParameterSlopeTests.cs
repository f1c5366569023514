using Ppl.Core.Tests.Testing;
using Ppl.Core.Tests.Testing.Families;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>
/// Derivatives by the parameters of what is not a density, against differences of the values: of distribution functions and their logarithms,
/// for each row of the table of families, and of divergences, for each pair.
/// </summary>
public sealed class ParameterSlopeTests : IDisposable
{
    private const double Step = 1e-4;

    // Nearer to an end the differences of a logarithm have no digits.
    private const double LeastTail = 0.02;

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public ParameterSlopeTests() => manual_seed(3);

    private static IReadOnlyDictionary<string, KlCase> Pairs { get; } = new[]
    {
        BasicFamilies.Pairs, LineFamilies.Pairs, PositiveFamilies.Pairs, CountFamilies.Pairs, VectorFamilies.Pairs, ChainFamilies.Pairs,
    }.SelectMany(pairs => pairs).ToDictionary();

    public static TheoryData<string> WithCdf => [.. FamilyCase.All.Where(c => c.Expected("cdf") is not null && !c.IsPoint).Select(c => c.Name)];

    public static TheoryData<string> PairNames => [.. Pairs.Keys];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(WithCdf))]
    public void DistributionFunctions_HaveTheSlopeByEachParameter(string name)
    {
        var family = FamilyCase.All.Single(c => c.Name == name);
        var value = family.Value();
        var (below, isKnown) = (family.Make().Cdf(value).detach(), family.Make().LogProb(value).detach().ne(double.NegativeInfinity));
        var isInside = isKnown.logical_and(below.gt(LeastTail)).logical_and(below.lt(1 - LeastTail));
        foreach (var of in new Func<Distribution, Tensor>[] { d => d.Cdf(value), d => d.LogCdf(value), d => d.LogSurvival(value) })
        {
            Compare(
                family.Parameters(),
                p => of(family.Create(p)).masked_fill(isInside.logical_not(), 0).sum(),
                key => family.Fixed.Contains(key) ? null : family.Direction(key, family.Parameters()[key]),
                name);
        }
    }

    [Theory]
    [MemberData(nameof(PairNames))]
    public void Divergences_HaveTheSlopeByEachParameter(string name)
    {
        var parameters = References.Parameters(References.Divergence(name));
        Compare(parameters, p => Kl(p).masked_fill(Kl(p).isinf(), 0).sum(), key => IsCount(key) ? null : Within(key, Direction(parameters[key])), name);

        Tensor Kl(IReadOnlyDictionary<string, Tensor> p)
        {
            var (first, second) = Pairs[name](p);
            return KlRegistry.Kl(first, second);
        }

        // A bound at that of the other's support has no slope: the divergence is infinite on one side.
        Tensor? Within(string key, Tensor along) => Enumerable.Range(-2, 5)
            .All(i => Kl(Moved(parameters, key, along, i)).isinf().Equals(Kl(parameters).isinf())) ? along : null;

        bool IsCount(string key) => key.StartsWith("total", StringComparison.Ordinal) || key is "n" or "m" or "n2"
            || name == "DiscreteUniform||DiscreteUniform";
    }

    // In proportion to the parameter, so that one at an end of its interval stays there, and triangular where it may be a factor.
    private static Tensor Direction(Tensor parameter)
    {
        var direction = randn_like(parameter) * parameter.abs().clamp_max(0.5);
        return parameter.dim() >= 2 && parameter.shape[^1] == parameter.shape[^2] ? direction.tril() : direction;
    }

    // By differences of the fourth order.
    private static void Compare(
        Dictionary<string, Tensor> parameters,
        Func<IReadOnlyDictionary<string, Tensor>, Tensor> of,
        Func<string, Tensor?> direction,
        string name)
    {
        var leaves = parameters.ToDictionary(p => p.Key, p => p.Value.clone().requires_grad_());
        var sum = of(leaves);
        var gradients = sum.requires_grad ? autograd.grad([sum], [.. leaves.Values], allow_unused: true) : [.. leaves.Select(_ => (Tensor)null!)];
        foreach (var (key, gradient) in leaves.Keys.Zip(gradients))
        {
            if (direction(key) is not { } along) continue;
            var expected = (8 * (At(key, along, 1) - At(key, along, -1)) - (At(key, along, 2) - At(key, along, -2))) / (12 * Step);
            var found = gradient is null ? 0 : TensorAssert.Item((gradient * along).sum());
            Assert.True(Math.Abs(expected - found) <= 1e-6 * (1 + Math.Abs(expected)), $"{name} by {key}: expected {expected:R}, found {found:R}");
        }

        double At(string key, Tensor along, int steps)
            => TensorAssert.Item(of(Moved(parameters, key, along, steps)));
    }

    private static Dictionary<string, Tensor> Moved(Dictionary<string, Tensor> parameters, string key, Tensor along, int steps)
        => new(parameters) { [key] = parameters[key] + along * (steps * Step) };
}
