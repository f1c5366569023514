using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What a draw remembers holds as long as the draw and the parameters are what they were.</summary>
public sealed class DrawMemoryTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public DrawMemoryTests() => manual_seed(6);

    public static TheoryData<string> Names => [.. FamilyCase.All.Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void ADrawThatWasChangedInPlace_IsAnyValue(string name)
    {
        using var grad = no_grad();
        var d = FamilyCase.All.Single(c => c.Name == name).Make();
        var (draw, other) = (d.Sample(), d.Sample());
        draw.copy_(other);
        TensorAssert.Close(d.LogProb(draw.clone()), d.LogProb(draw));
    }

    [Fact]
    public void ADrawOfAMapThatWasChangedInPlace_IsAnyValue()
    {
        var d = new Transformed(new Normal(zeros([3], ScalarType.Float64), 1), Exp.Instance);
        var draw = d.Sample();
        draw.add_(1);
        TensorAssert.Close(d.LogProb(draw.clone()), d.LogProb(draw));
    }

    // An optimizer's step moves the leaves; a view of a leaf moves with it.
    [Fact]
    public void ParametersThatMoved_AreNotThoseOfTheDraw()
    {
        var loc = zeros([2], ScalarType.Float64).requires_grad_();
        var factor = eye(2, dtype: ScalarType.Float64).requires_grad_();
        var scale = ones([2], ScalarType.Float64).requires_grad_();
        Distribution[] families =
        [
            new MultivariateNormal(loc, scaleTril: factor), new MultivariateNormal(0, scaleTril: factor),
            new MultivariateNormal(loc.expand(3, 2), scaleTril: factor), new LowRankMultivariateNormal(loc, factor, scale),
            new Reshaped(new MultivariateNormal(loc, scaleTril: factor), [2, 1]),
            new Transformed(new Normal(zeros([2], ScalarType.Float64), 1), new Affine(0, scale)),
            new Transformed(new Normal(zeros([2], ScalarType.Float64), 1), new Affine(loc, 1).Then(Exp.Instance)),
            new Transformed(new Normal(zeros([2], ScalarType.Float64), 1), new Affine(loc, scale).Inverted),
        ];
        foreach (var q in families)
        {
            var draw = q.RSample(4);
            var before = q.LogProb(draw);
            TensorAssert.Close(before, q.LogProb(draw.detach()));
            using var grad = no_grad();
            loc.add_(0.5);
            factor.mul_(1.3);
            scale.mul_(1.3);
            TensorAssert.Close(q.LogProb(draw.clone()), q.LogProb(draw));
            Assert.False(q.LogProb(draw).allclose(before), q.Name);
        }
    }
}
