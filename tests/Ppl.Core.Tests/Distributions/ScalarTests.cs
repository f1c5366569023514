using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Numbers stay numbers and adopt the other side's dtype.</summary>
public sealed class ScalarTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void AllScalarFamily_HasTheValuesDtype()
    {
        Assert.Equal(ScalarType.Float64, new Normal(0, 1).LogDensity(zeros(4, 3, ScalarType.Float64), 1).dtype);
        Assert.Equal(ScalarType.Float32, new Normal(0, 1).LogDensity(zeros(4, 3), 1).dtype);
        Assert.Equal(get_default_dtype(), new Normal(0, 1).Expand(3).Sample().dtype);
        Assert.Equal(ScalarType.Float64, new Bernoulli(0.25).LogProb(zeros(4, ScalarType.Float64)).dtype);
    }

    [Fact]
    public void ScalarAndTensorParameters_GiveTheSameDensity()
    {
        var z = randn(6, 5, ScalarType.Float64);
        var numbers = new Normal(0.5, 2).Expand(5);
        var tensors = new Normal(full(5, 0.5, ScalarType.Float64), full(5, 2.0, ScalarType.Float64));
        TensorAssert.Close(tensors.LogDensity(z, 1), numbers.LogDensity(z, 1));
        TensorAssert.Close(tensors.LogProb(z), numbers.LogProb(z));
        TensorAssert.Close(tensors.Entropy().to(ScalarType.Float32), numbers.Entropy(), 1e-6);
        var x = z.gt(0).to(ScalarType.Float64);
        TensorAssert.Close(new Bernoulli(full(5, 0.3, ScalarType.Float64)).LogDensity(x, 1), new Bernoulli(0.3).Expand(5).LogDensity(x, 1));
        TensorAssert.Close(
            new Bernoulli(logits: full(5, 0.3, ScalarType.Float64)).LogDensity(x, 1), new Bernoulli(logits: 0.3).Expand(5).LogDensity(x, 1));
    }

    [Fact]
    public void StandardNormal_CostsOneSquareAndOneSum()
    {
        var z = randn(6, 5);
        new Normal(0, 1).Expand(5).LogDensity(z, 1);
        var before = LiveTensors.Count;
        var density = new Normal(0, 1).Expand(5).LogDensity(z, 1);

        // square, sum, times -1/2, minus a constant; scalars in between are no tensors.
        Assert.Equal(4, LiveTensors.Count - before);
        TensorAssert.Shape([6], density);
    }

    [Fact]
    public void BinaryData_OfAnyDtypeIsTaken()
    {
        var logits = randn(4, 3);
        var x = logits.gt(0.1);
        var expected = new Bernoulli(logits: logits).LogDensity(x.to(ScalarType.Float32), 1);
        foreach (var dtype in new[] { ScalarType.Bool, ScalarType.Byte, ScalarType.Int64 })
            TensorAssert.Close(expected, new Bernoulli(logits: logits).LogDensity(x.to(dtype), 1), 0, 0);
    }

    [Fact]
    public void BernoulliProbs_AtTheEndsHaveFiniteGradients()
    {
        var probs = tensor(new[] { 0.0, 1.0, 0.5 }, ScalarType.Float64).requires_grad_();
        var logProb = new Bernoulli(probs).LogProb(tensor(new[] { 0.0, 1.0, 1.0 }, ScalarType.Float64));
        TensorAssert.Close(tensor(new[] { 0.0, 0.0, Math.Log(0.5) }, ScalarType.Float64), logProb);
        var gradient = autograd.grad([logProb.sum()], [probs])[0];
        TensorAssert.Close(tensor(new[] { -1.0, 1.0, 2.0 }, ScalarType.Float64), gradient);
        var impossible = new Bernoulli(probs).LogProb(tensor(new[] { 1.0, 0.0, 1.0 }, ScalarType.Float64));
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity, Math.Log(0.5)], TensorAssert.ToArray(impossible));
    }

    [Fact]
    public void Delta_HasNoDensityElsewhere()
        => Assert.Equal([0.0, double.NegativeInfinity], TensorAssert.ToArray(new Delta(2).LogProb(tensor(new[] { 2.0, 2.5 }))));
}
