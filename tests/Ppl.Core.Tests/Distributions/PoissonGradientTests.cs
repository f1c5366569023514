using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>The Poisson density's derivatives by the rate, x / rate − 1 and −x / rate², which do not go through its value.</summary>
public sealed class PoissonGradientTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0, 2.5)]
    [InlineData(3, 2.5)]
    [InlineData(40, 1e-3)]
    [InlineData(150, 149)]
    [InlineData(150, 1e4)]
    [InlineData(1e15, 1e15 + 3e7)]
    [InlineData(1e15, 1)]
    [InlineData(0, 1e-320)]
    public void Derivatives_AreExact(double count, double mean)
    {
        var rate = tensor(mean, ScalarType.Float64).requires_grad_();
        var density = new Poisson(rate).LogProb(tensor(count, ScalarType.Float64));
        using (no_grad()) TensorAssert.Close(new Poisson(rate).LogProb(tensor(count, ScalarType.Float64)), density, relative: 0, absolute: 0);
        var first = autograd.grad([density], [rate], create_graph: true)[0];
        TensorAssert.Close(tensor(count / mean - 1, ScalarType.Float64), first, relative: 1e-14);
        TensorAssert.Close(tensor(count == 0 ? 0 : -count / mean / mean, ScalarType.Float64), autograd.grad([first], [rate])[0], relative: 1e-14);
    }

    // A count where the rate allows none wants a higher rate; no count there has the derivative of −rate.
    [Theory]
    [InlineData(0, 0, -1)]
    [InlineData(2, double.NegativeInfinity, double.PositiveInfinity)]
    public void AtRate0_TheDensityIsThatOf0Alone(double count, double log, double slope)
    {
        var rate = tensor(0.0, ScalarType.Float64).requires_grad_();
        var density = new Poisson(rate).LogProb(tensor(count, ScalarType.Float64));
        Assert.Equal(log, TensorAssert.Item(density));
        Assert.Equal(slope, TensorAssert.Item(autograd.grad([density], [rate])[0]));
    }

    // A count that is itself computed keeps its gradient, log rate − ψ(x + 1).
    [Fact]
    public void ByTheCount_ThereIsAGradientToo()
    {
        var count = tensor(3.0, ScalarType.Float64).requires_grad_();
        var gradient = autograd.grad([new Poisson(tensor(2.5, ScalarType.Float64)).LogProb(count)], [count])[0];
        TensorAssert.Close(tensor(Math.Log(2.5) - 1.2561176684318005, ScalarType.Float64), gradient);
    }
}
