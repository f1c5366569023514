using System.Reflection;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What follows from a parameter's declaration.</summary>
public sealed class ParameterTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public ParameterTests() => manual_seed(2);

    public static TheoryData<string> Names
        => [.. FamilyCase.All.Where(c => !IsMadeFromOthers(c)).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_RebuildTheFamily(string name)
    {
        var family = FamilyCase.All.Single(c => c.Name == name);
        var d = family.Make();
        Assert.NotEmpty(d.Parameters);
        Assert.All(d.Parameters, p => Assert.Null(p.Declaration.Constraint.Find(p.Value, p.Declaration.Name, d.Name)));
        var again = (Distribution)((dynamic)d).WithParameters(d.Parameters.Select(p => p.Value).ToArray());
        Assert.IsType(d.GetType(), again);
        TensorAssert.Close(d.LogProb(family.Value()), again.LogProb(family.Value()), 0, 0);
    }

    // Messages and the docs' table say the name that a user writes.
    [Theory]
    [MemberData(nameof(Names))]
    public void ADeclaredName_IsThatOfTheArgument(string name)
    {
        var type = FamilyCase.All.Single(c => c.Name == name).Make().GetType();
        var makers = type.GetConstructors().Concat<MethodBase>(type.GetMethods().Where(m => m.IsStatic && m.ReturnType == type));
        var arguments = makers.SelectMany(m => m.GetParameters()).Select(p => p.Name).ToHashSet();
        foreach (var declared in FamilyCase.All.Single(c => c.Name == name).Make().Parameters.Select(p => p.Declaration.Name))
            Assert.Contains(declared, arguments);
    }

    [Fact]
    public void Map_SeesEachParametersOwnDimensions()
    {
        var seen = new List<int>();
        Tensor See(Tensor tensor, int own)
        {
            seen.Add(own);
            return tensor;
        }

        new MultivariateNormal(zeros(3), eye(3)).Map(See);
        new Dirichlet(ones(4, 3)).Map(See);
        new Gamma(ones(3), 1).Map(See);
        new Transformed(new Normal(zeros(3), 1), Ppl.Transforms.SoftmaxCentred.Instance).Map(See);
        Assert.Equal([1, 2, 1, 0, 1], seen);
    }

    [Fact]
    public void Defaults_StandForWhatIsNotGiven()
    {
        Assert.True(new Gamma(2.0).Rate.Is(1));
        Assert.True(new LogNormal().Loc.Is(0));
        Assert.True(new HalfNormal().Scale.Is(1));
        var required = new ParameterDeclaration("rate", Constraint.Positive);
        Assert.Equal("rate must be given.", Assert.Throws<PplArgumentException>(() => required.Of(null)).Message);
        Assert.Equal("rate: > 0", required.ToString());
    }

    [Fact]
    public void Numbers_StayNumbers()
    {
        var gamma = new Gamma(2.0, 3.0).Expand(4, 5);
        Assert.True(gamma.Concentration.IsScalar);
        Assert.Equal([4, 5], gamma.Shape);
        Assert.Equal(ScalarType.Float32, gamma.Sample().dtype);
        Assert.Equal(ScalarType.Float64, gamma.LogProb(ones(4, 5, ScalarType.Float64)).dtype);
        Assert.Equal(ScalarType.Float32, gamma.LogProb(ones(4, 5, ScalarType.Int64)).dtype);
    }

    // Expand adds rows; what a family keeps beside its parameters stays, and a mapped copy computes it anew.
    [Fact]
    public void KeptQuantities_FollowTheParameters()
    {
        var d = Normal.FromLogScale(zeros(3), zeros(3));
        Assert.Same(d.Scale.Tensor, d.Expand(4, 3).Scale.Tensor);
        TensorAssert.Close(full(3, Math.E), d.With(t => t + 1).Scale.Tensor!, 1e-6);
        Assert.True(d.Map((t, _) => t.view(1, 3), [1, 3]).Shape.SequenceEqual([1L, 3L]));
    }

    private static bool IsMadeFromOthers(FamilyCase family)
        => family.Make() is Truncated || family.Make().GetType().GetCustomAttribute<FamilyAttribute>()!.Support == Support.Inherited;
}
