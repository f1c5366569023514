using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Flows;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Sets of values of distributions that are made from others: what they allow, and the density of what they do not.</summary>
public sealed class SupportTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public SupportTests() => manual_seed(6);

    public static TheoryData<Distribution, string> Supports => new()
    {
        { new Truncated(new Exponential(1), high: 5), "in [0, 5]" },
        { new Truncated(new Uniform(0, 1), low: 0.2), "in [0.2, 1]" },
        { new Truncated(new Normal(0, 1), low: 0.2), ">= 0.2" },
        { new Truncated(new LogNormal(0, 1), low: -3), "> 0" },
        { new Truncated(new Normal(0, 1)), "finite" },
        { new Censored(new Kumaraswamy(2, 3), low: 0.2), "in [0.2, 1]" },
        { new Censored(new Normal(0, 1), low: -1, high: 1), "in [-1, 1]" },
        { new Censored(new Normal(0, 1), high: 1), "<= 1" },
        { new Censored(new Weibull(2, 3), high: 0.5), "in [0, 0.5]" },
        { Mix(new Uniform(0, 1), new Uniform(0, 2)), "in [0, 2]" },
        { Mix(new Uniform(-1, 1), new LogNormal(0, 1)), ">= -1" },
        { Mix(new Pareto(2, 1), new Pareto(1, 1)), ">= 1" },
        { Mix(new LogNormal(0, 1), new Exponential(1)), ">= 0" },
        { Mix(new Normal(0, 1), new Exponential(1)), "finite" },
        { Mix(new Poisson(1), new DiscreteUniform(-2, 3)), "a whole number >= -2" },
        { new Transformed(new Exponential(1), new Affine(1, 2)), ">= 1" },
        { new Transformed(new Exponential(1), new Affine(1, -2)), "<= 1" },
        { new Transformed(new LogNormal(0, 1), new Affine(1, -2)), "< 1" },
        { new Transformed(new Normal(0, 1), new Affine(1, -2)), "finite" },
        { new Transformed(new Uniform(0, 1), Exp.Instance), "in [1, 2.718281828459045]" },
        { new Transformed(new Normal(0, 1), Exp.Instance), "> 0" },
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Supports))]
    public void TheSupport_IsWhatThePartsAllow(Distribution family, string set)
    {
        Assert.Equal(set, family.ValueConstraint.ToString());
        foreach (var draw in TensorAssert.ToArray(family.Expand(50).Sample()))
            Assert.Null(family.FindValueFault(tensor(draw, ScalarType.Float64)));
    }

    // Bounds that are the components' or the states' are not of the values' shape.
    [Fact]
    public void BoundsOfComponentsAndStates_AreThatOfThemAll()
    {
        var mixture = new MixtureSameFamily(new Categorical(ones(2)), new TruncatedNormal(0, 1, high: tensor(new[] { 1.0, 2 })));
        Assert.Null(mixture.ValueConstraint.Find(tensor(new[] { 1.5, -4, 2 }), "value", "it"));
        Assert.NotNull(mixture.ValueConstraint.Find(tensor(2.5), "value", "it"));

        var emission = new Uniform(tensor(new[] { 0.0, 10 }), tensor(new[] { 1.0, 11 }));
        var series = new HiddenMarkov(2, tensor(new[] { 0.5, 0.5 }), tensor(new[,] { { 0.9, 0.1 }, { 0.1, 0.9 } }), emission);
        var value = tensor(new[] { 0.5, 0.5 });
        Assert.Equal(Math.Log(0.45), TensorAssert.Item(series.LogProb(value)), 1e-12);
        Assert.Null(series.FindValueFault(value));
        Assert.Null(series.FindValueFault(tensor(new[] { 10.5, 0.5 })));
        Assert.NotNull(series.FindValueFault(tensor(new[] { 0.5, 12 })));
    }

    [Fact]
    public void Transformed_OutsideItsSupport_HasNoDensityAndNoGradient()
    {
        var loc = tensor(0.5, ScalarType.Float64).requires_grad_();
        var cases = new (Distribution Family, double In, double Out)[]
        {
            (new Transformed(new Normal(loc, 1), Exp.Instance), 2, -1), (new Transformed(new Normal(loc, 1), Sigmoid.Instance), 0.3, 1.5),
            (new Transformed(new Exponential(loc), new Affine(1, 2)), 3, 0.5), (new Transformed(new Uniform(0, loc + 1), Exp.Instance), 1.5, 0.9),
        };
        foreach (var (family, inside, outside) in cases)
        {
            var both = family.LogProb(tensor(new[] { inside, outside }));
            Assert.Equal(double.NegativeInfinity, both[1].item<double>());
            TensorAssert.Close(family.LogProb(tensor(inside, ScalarType.Float64)), both[0]);
            var alone = autograd.grad([family.LogProb(tensor(inside, ScalarType.Float64))], [loc])[0];
            TensorAssert.Close(alone, autograd.grad([both.sum()], [loc])[0]);
        }
    }

    // Of two vectors or matrices one is outside; it takes nothing from the other, and a flat prior says the same.
    [Fact]
    public void TransformedVectors_OutsideTheirSet_HaveNoDensityAndNoGradient()
    {
        var sets = new (Constraint Set, Func<Tensor, Tensor> Leave)[]
        {
            (Constraint.Simplex, y => y * 2), (Constraint.Ordered, y => -y), (Constraint.ZeroSum, y => y + 1), (Constraint.LowerCholesky, y => -y),
            (Constraint.CorrelationCholesky, y => y * 2), (Constraint.PositiveDefinite, y => -y),
            (Constraint.PositiveDefinite, y => y + ones_like(y).tril(-1)),
        };
        foreach (var (set, leave) in sets)
        {
            var loc = zeros(3, dtype: ScalarType.Float64).requires_grad_();
            var family = new Transformed(new Normal(loc, ones_like(loc)), BijectTo.Of(set));
            var inside = family.Sample().clone();
            var both = stack([inside, leave(inside)]);
            var density = family.LogProb(both);
            Assert.Equal(double.NegativeInfinity, TensorAssert.Item(density[1]));
            TensorAssert.Close(family.LogProb(inside), density[0]);
            TensorAssert.Close(autograd.grad([family.LogProb(inside)], [loc])[0], autograd.grad([density.sum()], [loc])[0]);
            Assert.Equal([0, double.NegativeInfinity], TensorAssert.ToArray(new ImproperUniform(set, inside.shape).LogProb(both)));
        }
    }

    [Fact]
    public void AFlowThatEndsInASigmoid_HasTheUnitCube()
    {
        using var flow = Flow.Sequence(new Planar(2), Flow.Of(Sigmoid.Instance, 2));
        var family = flow.Distribution();
        Assert.Equal("in [0, 1]", family.ValueConstraint.ToString());
        Assert.NotNull(family.FindValueFault(tensor(new[] { 2f, 2f })));
        var density = family.LogProb(tensor(new[,] { { 0.5f, 2f }, { 0.5f, 0.2f } }));
        Assert.Equal(float.NegativeInfinity, density[0].item<float>());
        Assert.True(float.IsFinite(density[1].item<float>()));
        Assert.Equal(Constraint.RealVector, new Planar(2).Distribution().ValueConstraint);
    }

    [Fact]
    public void TheMapsParameters_AreChecked()
    {
        void Refused(string message, Transform map)
            => TensorAssert.Throws<PplArgumentException>(message, () => new Transformed(new Uniform(1, 2), map).Validate());
        Refused("Affine needs scale that is finite and not 0; found 0", new Affine(0, tensor(0.0)));
        Refused("Affine needs scale that is finite and not 0; found 0 at [1]", new Affine(0, tensor(new[] { 1.0, 0 })));
        Refused("Affine needs scale that is finite and not 0; found 0", Exp.Instance.Then(new Affine(0, tensor(0.0))));
        Refused("Power needs exponent that is finite and not 0; found 0", new Power(tensor(0.0)));
        Assert.NotNull(new Transformed(new Uniform(1, 2), new Affine(tensor(double.NaN), 1)).FindParameterFault());
        Assert.Null(new Transformed(new Uniform(1, 2), new Affine(0, -1).Inverted).FindParameterFault());
    }

    // The log-determinant has the rows of the result, one number in each.
    [Fact]
    public void LogAbsDetJacobian_OfRowsThatParametersAdd_SumsNothing()
    {
        var rows = tensor(new[] { 1.0, 2, 4 });
        var x = tensor(0.5, ScalarType.Float64);
        var map = Exp.Instance.Then(new Affine(rows, rows));
        TensorAssert.Close(0.5 + rows.log(), map.LogAbsDetJacobian(x, map.Forward(x)));
        TensorAssert.Close(0.5 + rows.log(), map.ForwardWithVolume(x).LogAbsDet);
        TensorAssert.Close(0.5 + rows.log(), map.InverseWithVolume(map.Forward(x)).LogAbsDet.expand(3));
        TensorAssert.Shape([3], new Affine(rows, 2).LogAbsDetJacobian(x, rows));
        var simplex = SoftmaxCentred.Instance.Then(new Affine(0, 2));
        var vector = tensor(new[,] { { 0.1, 0.2 }, { 0.3, 0.4 } });
        TensorAssert.Shape([2], simplex.LogAbsDetJacobian(vector, simplex.Forward(vector)));
    }

    // Parameters may get more rows, or keep those that Expand gave.
    [Fact]
    public void HiddenMarkov_WithAndMap_KeepWhatExpandGave()
    {
        var series = new HiddenMarkov(
            4, tensor(new[] { 0.5, 0.5 }), tensor(new[,] { { 0.9, 0.1 }, { 0.1, 0.9 } }), new Normal(tensor(new[] { 0.0, 1 }), 1));
        Assert.Equal([5, 4], series.Expand(5).Map((t, _) => t).Shape);
        Assert.Equal([5, 4], series.Expand(5).With(t => t).Shape);
        Assert.Equal([1, 4], series.With(t => t.unsqueeze(0)).Shape);
    }

    private static Mixture Mix(params Distribution[] parts) => new(new Categorical(ones(parts.Length)), parts);
}
