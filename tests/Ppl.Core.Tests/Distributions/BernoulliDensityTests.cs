using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>The fused density of large Bernoullis against the elementwise formula.</summary>
public sealed class BernoulliDensityTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public BernoulliDensityTests() => manual_seed(8);

    public static TheoryData<long[], int> Shapes => new()
    {
        { [8, 784], 1 }, // blocks of 56
        { [9, 521], 1 }, // a prime number of coordinates: blocks of 1
        { [3, 4, 28, 28], 2 }, // particles, rows, images
        { [6000, 1], 1 },
        { [70, 64], 0 },
        { [3, 300, 784], 2 }, // several pieces of rows
        { [40, 20, 784], 2 }, // several pieces of particles, the last one shorter
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void DensityAndGradient_EqualTheElementwiseFormula(long[] shape, int leading)
    {
        var logits = (randn(shape, ScalarType.Float64) * 10).requires_grad_();
        var x = rand(leading == 2 ? shape[1..] : shape, ScalarType.Float64).gt(0.5).to(ScalarType.Float64);
        var d = new Bernoulli(logits: logits);
        var expected = Ppl.Shapes.EventSum.SumLast(d.LogProb(x), shape.Length - leading);
        var actual = d.LogDensity(x, leading);
        TensorAssert.Close(expected, actual, 1e-12);
        using (no_grad()) TensorAssert.Close(expected, d.LogDensity(x, leading), 1e-12);
        var weights = randn_like(actual);
        TensorAssert.Close(
            autograd.grad([(expected * weights).sum()], [logits])[0], autograd.grad([(actual * weights).sum()], [logits])[0], 1e-11);
    }

    [Fact]
    public void SecondDerivative_IsMinusTheVariance()
    {
        var logits = randn([8, 784], ScalarType.Float64).requires_grad_();
        var density = new Bernoulli(logits: logits).LogDensity(zeros(8, 784, ScalarType.Float64), 1).sum();
        var first = autograd.grad([density], [logits], create_graph: true)[0];
        var second = autograd.grad([first.sum()], [logits])[0];
        TensorAssert.Close(-new Bernoulli(logits: logits).Variance, second, 1e-11);
    }

    [Fact]
    public void ExtremeLogits_StayExact()
    {
        var logits = tensor(new[] { -1e4, 1e4, -90.0, 90.0 }, ScalarType.Float64).repeat(2048).reshape(2, 4096);
        var x = tensor(new[] { 0.0, 1.0, 1.0, 0.0 }, ScalarType.Float64).repeat(2048).reshape(2, 4096);
        TensorAssert.Close(full(2, -180.0 * 1024, ScalarType.Float64), new Bernoulli(logits: logits).LogDensity(x, 1), 1e-14);
    }

    [Fact]
    public void Float32_IsAsExactAsItsSum()
    {
        var logits = randn(64, 784) * 5;
        var x = rand(64, 784).lt(0.5).to(ScalarType.Float32);
        var exact = new Bernoulli(logits: logits.to(ScalarType.Float64)).LogDensity(x.to(ScalarType.Float64), 1);
        TensorAssert.Close(exact.to(ScalarType.Float32), new Bernoulli(logits: logits).LogDensity(x, 1), 1e-6);
    }

    [Fact]
    public void GradientForTheValue_IsKept()
    {
        var x = rand(8, 784).requires_grad_();
        var logits = randn(8, 784);
        TensorAssert.Close(logits, autograd.grad([new Bernoulli(logits: logits).LogDensity(x, 1).sum()], [x])[0], 1e-6);
    }

    [Theory]
    [InlineData(8, 784)]
    [InlineData(3, 8, 784)]
    [InlineData(2, 3, 8, 784)]
    public void AChangeOfTheLogits_IsRefusedByLibtorch_BeforeItReachesManagedCode(params int[] shape)
    {
        var parameter = randn([.. shape.Select(s => (long)s)]).requires_grad_();
        var logits = parameter * 2;
        var density = new Bernoulli(logits: logits).LogDensity(zeros(8, 784), shape.Length - 1).sum();
        using (no_grad()) logits.narrow(-1, 783, 1).fill_(1);

        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => density.backward());
        Assert.Contains("modified by an inplace operation", fault.Message, StringComparison.Ordinal);
        AssertNoManagedBackward(fault);
        Assert.True(parameter.grad is null);
    }

    [Theory]
    [InlineData(8, 784)]
    [InlineData(3, 8, 784)]
    public void AChangeOfTheValues_LeavesTheGradient(params int[] shape)
    {
        var logits = randn([.. shape.Select(s => (long)s)]).requires_grad_();
        var x = rand(8, 784).gt(0.5).to(ScalarType.Float32);
        var expected = (x - logits.sigmoid()).detach();
        var density = new Bernoulli(logits: logits).LogDensity(x, shape.Length - 1).sum();
        x.fill_(7);

        TensorAssert.Close(expected, autograd.grad([density], [logits])[0], 1e-6);
    }

    [Fact]
    public void ASecondBackwardPass_IsRefusedBeforeItReachesManagedCode()
    {
        var logits = randn(8, 784).requires_grad_();
        var density = new Bernoulli(logits: logits).LogDensity(zeros(8, 784), 1).sum();
        density.backward();
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => density.backward());
        Assert.Contains("a second time", fault.Message, StringComparison.Ordinal);
        AssertNoManagedBackward(fault);
    }

    [Fact]
    public void BackwardWithAGraph_LeaksNothing()
    {
        var x = zeros(8, 784);
        long before = 0;
        for (var i = 0; i < 4; i++)
        {
            using (NewDisposeScope())
            {
                var logits = randn(8, 784).requires_grad_();
                autograd.grad([new Bernoulli(logits: logits).LogDensity(x, 1).sum()], [logits], create_graph: true);
            }

            if (i == 0) before = LiveTensors.Count;
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Training_LeaksNothing()
    {
        var logits = randn(8, 784).requires_grad_();
        var x = zeros(8, 784);
        long before = 0;
        for (var i = 0; i < 4; i++)
        {
            using (NewDisposeScope()) new Bernoulli(logits: logits).LogDensity(x, 1).sum().backward();
            if (i == 0) before = LiveTensors.Count;
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    /// <summary>On TorchSharp an exception of a managed backward pass ends the process; Ppl.Torch passes it on, with its stack.</summary>
    private static void AssertNoManagedBackward(Exception fault)
        => Assert.DoesNotContain("BernoulliDensity.backward", fault.StackTrace, StringComparison.Ordinal);
}
