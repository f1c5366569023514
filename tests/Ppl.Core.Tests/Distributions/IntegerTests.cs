using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Parameters and values that come as integers, as counts in a data file do.</summary>
public sealed class IntegerTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public IntegerTests() => manual_seed(20261122);

    public static TheoryData<string> WithDensity => [.. FamilyCase.All.Where(c => !c.IsPoint).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    // Counts and cutpoints from a data file are integers; what is computed of them is not.
    [Theory]
    [MemberData(nameof(WithDensity))]
    public void IntegerParameters_AreTakenAsRealNumbers(string name)
    {
        var family = Case(name);
        foreach (var parameter in family.Parameters().Keys)
        {
            var parameters = family.Parameters();
            if (parameter is "covariance" or "precision") continue;
            parameters[parameter] = parameters[parameter].ceil();
            if (family.Create(parameters).FindParameterFault() is not null) continue;
            var real = family.Create(parameters);
            parameters[parameter] = parameters[parameter].to(ScalarType.Int64);
            var whole = family.Create(parameters);
            var value = real.Sample();
            Same(real.LogProb(value), whole.LogProb(value));
            TensorAssert.Shape(real.Shape, whole.Sample());
            WhereClosed(() => Same(real.Mean, whole.Mean));
            WhereClosed(() => Same(real.Variance, whole.Variance));
            WhereClosed(() => Same(real.Entropy(), whole.Entropy()));
        }

        static void Same(Tensor expected, Tensor actual) => TensorAssert.Close(expected, actual, relative: 1e-4, absolute: 1e-5);
    }

    // A rule for real numbers holds for integers: no bound is rounded to one of them.
    [Theory]
    [MemberData(nameof(WithDensity))]
    public void Integers_AreCheckedLikeRealNumbers(string name)
    {
        var d = Case(name).Make();
        if (d.EventDimensions > 0) return;
        foreach (var number in new[] { -3, -1, 0, 1, 2, 5, 100 })
        {
            var value = full(d.Shape, number, dtype: ScalarType.Float64);
            Assert.Equal(d.FindValueFault(value)?.Message, d.FindValueFault(value.to(ScalarType.Int64))?.Message);
        }
    }

    [Fact]
    public void Integers_AreComparedWithBoundsThatAreNoIntegers()
    {
        var whole = tensor([1L]);
        Assert.NotNull(new Pareto(1.5, 2).FindValueFault(whole));
        Assert.NotNull(new Uniform(1.5, 3).FindValueFault(whole));
        Assert.NotNull(new Delta(1.5).FindValueFault(whole));
        Assert.NotNull(Constraint.LessThan(0.5).Find(whole, "value", "X"));
        Assert.Null(new Levy(0.5).FindValueFault(tensor([true])));
        foreach (var d in new Distribution[] { new Pareto(1.5, 2), new Uniform(1.5, 3), new Delta(1.5) })
            Assert.Equal(double.NegativeInfinity, TensorAssert.Item(d.LogProb(whole)));
        TensorAssert.Close(new VonMises(0, 1).LogProb(tensor([1f])), new VonMises(0, 1).LogProb(tensor([true])));
    }

    private static FamilyCase Case(string name) => FamilyCase.All.Single(c => c.Name == name);

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
