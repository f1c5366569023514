using TorchSharp.Modules;

namespace Ppl.Torch.Tests.Optim;

/// <summary>Adam has a native loop for plain memory and general operators for the rest: both take the same steps.</summary>
public class AdamPathsTests
{
    [Theory]
    [InlineData(false, 0.0)]
    [InlineData(false, 0.1)]
    [InlineData(true, 0.1)]
    public void Plain_and_strided_memory_give_the_same_steps(bool decoupled, double decay)
    {
        using var scope = torch.NewDisposeScope();
        var start = References.Fill([37, 41], 3).to(ScalarType.Float32);
        var plain = new Parameter(start.clone());
        var strided = new Parameter(start.clone());
        using var first = Make(plain, decoupled, decay);
        using var second = Make(strided, decoupled, decay);
        for (var step = 0; step < 10; step++)
        {
            var gradient = References.Fill([37, 41], step, 0.1).to(ScalarType.Float32);
            plain.grad = gradient;
            strided.grad = gradient.t().contiguous().t();
            first.step();
            second.step();
        }

        Assert.False(strided.grad.is_contiguous());
        Assert.True(plain.allclose(strided, 1e-6, 1e-7), $"{(plain - strided).abs().max().item<float>()}");
        Assert.False(plain.allclose(start));
    }

    [Fact]
    public void Autograd_sees_that_a_step_changed_the_parameters()
    {
        using var scope = torch.NewDisposeScope();
        var p = new Parameter(torch.ones(3));
        using var optimizer = torch.optim.Adam([p]);
        var square = (p * p).sum();
        p.grad = torch.ones(3);
        optimizer.step();
        var fault = Assert.ThrowsAny<Exception>(() => square.backward());
        Assert.Contains("modified by an inplace operation", fault.Message, StringComparison.Ordinal);
    }

    private static torch.optim.Optimizer Make(Parameter p, bool decoupled, double decay) => decoupled
        ? torch.optim.AdamW([p], 0.01, weight_decay: decay)
        : torch.optim.Adam([p], 0.01, weight_decay: decay);
}
