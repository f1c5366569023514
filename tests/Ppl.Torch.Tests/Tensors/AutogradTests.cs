using System.Runtime.InteropServices;

namespace Ppl.Torch.Tests.Tensors;

public class AutogradTests
{
    [Fact]
    public void GradOfGrad()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        var second = autograd.grad([first], [x])[0];
        Assert.Equal(12.0, first.item<double>());
        Assert.Equal(12.0, second.item<double>());
    }

    [Fact]
    public void UnusedInputsAreNullWhereAllowed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = tensor(2.0, requires_grad: true);
        Assert.Null(autograd.grad([x * 2], [x, y], allow_unused: true)[1]);
        Assert.Throws<ExternalException>(() => autograd.grad([x * 2], [x, y]));
    }

    [Fact]
    public void SecondBackwardNeedsTheGraphKept()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x * x;
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal(8.0, x.grad.item<double>());
        var fault = Assert.Throws<ExternalException>(() => y.backward());
        Assert.Contains("backward through the graph a second time", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModesNest()
    {
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using (enable_grad()) Assert.True(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            using var x = ones(2, requires_grad: true);
            using var y = x * 2;
            Assert.False(y.requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void AssignedGradMustFit()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        Assert.Null(x.grad);
        x.grad = full(3, 2.0f);
        Assert.Equal(2f, x.grad[1].item<float>());
        Assert.Throws<ExternalException>(() => x.grad = ones(4));
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void AnomalyModeNamesTheNaN()
    {
        using var scope = NewDisposeScope();
        using var anomaly = autograd.detect_anomaly();
        Assert.True(AnomalyMode.IsEnabled);
        var x = tensor(0.0, requires_grad: true);
        var fault = Assert.Throws<ExternalException>(() => (x.sqrt() * 0.0).backward());
        Assert.Contains("returned nan values", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CustomFunctionUsesItsOwnBackward()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1.0, 2.0], requires_grad: true);
        var y = Square.apply(x, 10.0);
        Assert.True(y.requires_grad);
        y.sum().backward();
        // The backward pass is wrong by the factor on purpose, to show that it is the one that ran.
        Assert.Equal([20.0, 40.0], x.grad.data<double>().ToArray());
    }

    [Fact]
    public void CustomFunctionWithoutGradientsIsPlain()
    {
        using var scope = NewDisposeScope();
        var y = Square.apply(tensor(3.0), 1.0);
        Assert.False(y.requires_grad);
        Assert.Equal(9.0, y.item<double>());
        using (no_grad()) Assert.False(Square.apply(tensor(3.0, requires_grad: true), 1.0).requires_grad);
    }

    [Fact]
    public void SeveralOutputsAndSavedOnes()
    {
        using var scope = NewDisposeScope();
        var x = tensor(0.5, requires_grad: true);
        var w = tensor(3.0, requires_grad: true);
        var results = ExpAndProduct.apply(x, w);
        (results[0] * 2 + results[1]).backward();
        Assert.Equal((2 * Math.Exp(0.5)) + 3.0, x.grad.item<double>(), 12);
        Assert.Equal(0.5, w.grad.item<double>(), 12);
    }

    [Fact]
    public void UnusedOutputsHaveZeroGradients()
    {
        using var scope = NewDisposeScope();
        var x = tensor(0.5, requires_grad: true);
        var w = tensor(3.0, requires_grad: true);
        ExpAndProduct.apply(x, w)[1].backward();
        Assert.Equal(3.0, x.grad.item<double>(), 12);
    }

    [Fact]
    public void AFaultInTheBackwardPassKeepsItsType()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        var fault = Assert.Throws<NotFiniteNumberException>(() => Failing.apply(x).backward());
        Assert.Equal("on purpose", fault.Message);
        // Nothing of it is left for the next call.
        Assert.Equal(2f, ones(2).sum().item<float>());
    }

    [Fact]
    public void SavedTensorsThatChangedInPlaceAreRefused()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        var inner = x * 2;
        var y = Square.apply(inner, 1.0);
        inner.add_(1);
        Assert.Throws<ExternalException>(() => y.backward());
    }

    [Fact]
    public void FunctionsAreFreedWithTheirGraph()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var dead = Apply();
        for (var i = 0; i < 20 && dead.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(dead.IsAlive);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static WeakReference Apply()
        {
            using var scope = NewDisposeScope();
            var tag = new object();
            var x = tensor(1.0, requires_grad: true);
            Square.apply(x, 1.0, tag).backward();
            return new WeakReference(tag);
        }
    }

    private sealed class Square : autograd.SingleTensorFunction<Square>
    {
        public override string Name => nameof(Square);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("factor", vars[1]);
            if (vars.Length > 2) ctx.save_data("tag", vars[2]);
            return x * x;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [2 * x * grad_output * (double)ctx.get_data("factor"), null, null];
        }
    }

    private sealed class ExpAndProduct : autograd.MultiTensorFunction<ExpAndProduct>
    {
        public override string Name => nameof(ExpAndProduct);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, w) = ((Tensor)vars[0], (Tensor)vars[1]);
            var e = x.exp();
            ctx.save_for_backward([e, x, w]);
            return [e, x * w];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [(grad_outputs[0] * saved[0]) + (grad_outputs[1] * saved[2]), grad_outputs[1] * saved[1]];
        }
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new NotFiniteNumberException("on purpose");
    }
}
