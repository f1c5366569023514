using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Parameters of different types: results have the widest of them, as torch's operations have, whichever it is that has it.</summary>
public sealed class MixedTypeTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public MixedTypeTests() => manual_seed(20261123);

    public static TheoryData<string> Families => [.. FamilyCase.All.Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void ResultsHaveTheWidestTypeOfTheParameters(string name)
    {
        var family = FamilyCase.Of(name);
        var single = Parameters(family, _ => ScalarType.Float32);
        foreach (var wide in single.Keys.Where(k => k != "mask"))
        {
            var mixed = family.Create(Parameters(family, parameter => parameter == wide ? ScalarType.Float64 : ScalarType.Float32));
            var exact = family.Create(single.ToDictionary(p => p.Key, p => p.Value.to(ScalarType.Float64)));
            var value = family.Value().to(family.ValueType ?? ScalarType.Float32);
            HasType(ScalarType.Float64, $"LogProb, {wide}", mixed.LogProb(value));
            if (family.IsExactInFloat32) TensorAssert.Close(exact.LogProb(value), mixed.LogProb(value), relative: 1e-4, absolute: 1e-4);

            // What is made of other families draws one of theirs.
            if (!IsOfParameters(mixed)) continue;
            HasType(family.ValueType ?? ScalarType.Float64, $"Sample, {wide}", mixed.Sample());
            WhereClosed(() => HasType(ScalarType.Float64, $"Mean, {wide}", mixed.Mean));
            WhereClosed(() => HasType(ScalarType.Float64, $"Variance, {wide}", mixed.Variance));
            WhereClosed(() => HasType(ScalarType.Float64, $"Entropy, {wide}", mixed.Entropy()));
        }

        HasType(ScalarType.Float32, "LogProb of Float32", family.Create(single).LogProb(family.Value().to(family.ValueType ?? ScalarType.Float32)));
    }

    [Fact]
    public void Numbers_HaveNoType()
    {
        var single = tensor(new[] { 2f, 3 });
        HasType(ScalarType.Float32, "Gamma", new Gamma(single, 1.5).LogProb(single));
        HasType(ScalarType.Float32, "Normal", new Normal(0.1, single).LogProb(single));
        HasType(ScalarType.Float64, "Gamma", new Gamma(single, tensor(1.5, ScalarType.Float64)).LogProb(single));
        HasType(ScalarType.Float64, "Gamma at a double", new Gamma(single, 1.5).LogProb(single.to(ScalarType.Float64)));

        // An end between two whole numbers stays there beside values that are integers.
        var counts = new Censored(new Normal(0, ones(2)), low: 0.5).LogProb(tensor(new long[] { 0, 1 }));
        Assert.Equal(double.NegativeInfinity, TensorAssert.ToArray(counts)[0]);
    }

    private static bool IsOfParameters(Distribution d)
    {
        for (var type = d.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ParametricFamily<>)) return true;
        }

        return false;
    }

    private static Dictionary<string, Tensor> Parameters(FamilyCase family, Func<string, ScalarType> type)
        => family.Parameters().ToDictionary(p => p.Key, p => p.Value.to(type(p.Key)));

    private static void HasType(ScalarType expected, string what, Tensor found) => Assert.True(expected == found.dtype, $"{what}: {found.dtype}");

    // What a family has no closed form of it says by name, which FamilyTests check.
    private static void WhereClosed(Action check)
    {
        try
        {
            check();
        }
        catch (NotSupportedException)
        {
        }
    }
}
