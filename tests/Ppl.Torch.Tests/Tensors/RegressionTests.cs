namespace Ppl.Torch.Tests.Tensors;

public class RegressionTests
{
    [Fact]
    public void GradientDescentFindsTheLine()
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        var x = randn(200, 3, ScalarType.Float64);
        var w = tensor([1.5, -2.0, 0.5]);
        var y = x.matmul(w) + 0.25;
        var estimate = zeros(3, ScalarType.Float64, requires_grad: true);
        var offset = zeros(1, ScalarType.Float64, requires_grad: true);
        for (var step = 0; step < 300; step++)
        {
            using var inner = NewDisposeScope();
            var loss = (x.matmul(estimate) + offset - y).pow(2).mean();
            loss.backward();
            using (no_grad())
            {
                estimate.sub_(estimate.grad * 0.1);
                offset.sub_(offset.grad * 0.1);
                estimate.grad.zero_();
                offset.grad.zero_();
            }
        }
        Assert.True(estimate.allclose(w, 1e-8, 1e-8));
        Assert.Equal(0.25, offset.item<double>(), 8);
    }

    [Fact]
    public void WrongShapesRaiseLibtorchsMessage()
    {
        using var scope = NewDisposeScope();
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => zeros(2, 3).matmul(zeros(4, 5)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", fault.Message, StringComparison.Ordinal);
    }
}
