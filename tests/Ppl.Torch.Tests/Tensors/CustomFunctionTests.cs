using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>Functions with a backward pass in managed code, where it fails, nests or is run by several threads.</summary>
public class CustomFunctionTests
{
    // libtorch goes on with another thread after 60 backward passes inside each other.
    private const int Deep = 130;

    [Fact]
    public void AFaultKeepsItsTypeThroughNestedPassesOnOtherThreads()
    {
        using var scope = NewDisposeScope();
        var threads = new HashSet<int>();
        var fault = Assert.Throws<NotFiniteNumberException>(() => Nest(Deep, () => throw new NotFiniteNumberException("on purpose"), threads));
        Assert.Equal("on purpose", fault.Message);
        Assert.True(threads.Count > 1, "the test needs passes on threads of libtorch");
    }

    [Fact]
    public void AFaultIsNotSeenByLaterPasses()
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<NotFiniteNumberException>(() => Nest(Deep, () => throw new NotFiniteNumberException("on purpose"), []));
            Nest(Deep, () => { }, []);
            var native = Assert.Throws<ExternalException>(() => Nest(Deep, () => zeros(2).matmul(zeros(3)), []));
            Assert.Contains("inconsistent tensor size", native.Message, StringComparison.Ordinal);
            CheckForErrors();
        }
    }

    [Fact]
    public void AFaultThatIsCaughtInsideIsGone()
    {
        using var scope = NewDisposeScope();
        Nest(3, () => Assert.Throws<NotFiniteNumberException>(() => Nest(3, () => throw new NotFiniteNumberException("on purpose"), [])), []);
        CheckForErrors();
    }

    [Fact]
    public void ThreadsThatWalkOneGraphTakeTurns()
    {
        using var scope = NewDisposeScope();
        var (inside, most, calls) = (0, 0, 0);
        var x = tensor(1.0, requires_grad: true);
        var y = Probe.apply(x, (Action)(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(2);
            Interlocked.Decrement(ref inside);
            calls++;
        }));
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 20; i++) y.backward(retain_graph: true);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(1, most);
        Assert.Equal(80, calls);
        Assert.Equal(160.0, x.grad.item<double>());
    }

    [Fact]
    public void APassThatRunsItselfIsAFaultAndNotAWaitWithoutEnd()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        Tensor y = null;
        y = Probe.apply(x, (Action)(() => y.backward(retain_graph: true)));
        var fault = Assert.Throws<ExternalException>(() => y.backward(retain_graph: true));
        Assert.Contains("runs itself", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a gradient of a number")]
    [InlineData("too few gradients")]
    [InlineData("a disposed gradient")]
    [InlineData("an exception after the work")]
    [InlineData("a gradient of another shape")]
    public void AFailedPassLeavesNothingBehind(string mistake)
    {
        Collect();
        var before = Tensor.TotalCount;
        var memory = Fail(mistake);
        Collect();
        Assert.False(memory.IsAlive);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void SavedTensorsAreGivenBackWhereOneOfThemHasChanged()
    {
        var memory = FailToUnpack();
        Collect();
        Assert.False(memory.IsAlive);
    }

    [Fact]
    public void AForwardPassMayReturnNothingForAnOutput()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var outputs = Second.apply(x);
        Assert.Null(outputs[0]);
        outputs[1].backward();
        Assert.Equal(3.0, x.grad.item<double>());
    }

    [Fact]
    public void AForwardPassThatFailsIsForgotten()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        Assert.Throws<NotFiniteNumberException>(() => FailsForward.apply(x));
        (x * 2).backward();
        Assert.Equal(2.0, x.grad.item<double>());
    }

    private static void Nest(int depth, Action atTheBottom, HashSet<int> threads)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var x = tensor(1.0, requires_grad: true);
        Probe.apply(x, (Action)(() =>
        {
            lock (threads) threads.Add(Environment.CurrentManagedThreadId);
            if (depth == 0) atTheBottom();
            else Nest(depth - 1, atTheBottom, threads);
        })).backward();
    }

    // The gradient is a view of a managed array, which is pinned as long as anything native holds it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Fail(string mistake)
    {
        using var scope = NewDisposeScope();
        var memory = new double[1000];
        var x = ones(1000, ScalarType.Float64, requires_grad: true);
        var w = ones(1000, ScalarType.Float64, requires_grad: true);
        List<Tensor> Gradients()
        {
            var first = from_array(memory);
            var second = from_array(memory);
            if (mistake == "a disposed gradient") second.Dispose();
            return mistake switch
            {
                "too few gradients" => [first],
                "a gradient of a number" => [first, second, ones(1)],
                "an exception after the work" => throw new NotFiniteNumberException(mistake),
                "a gradient of another shape" => [first[..10], second, null],
                _ => [first, second, null],
            };
        }

        Assert.ThrowsAny<Exception>(() => Given.apply(x, w, (Func<List<Tensor>>)Gradients).sum().backward());
        return new WeakReference(memory);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference FailToUnpack()
    {
        using var scope = NewDisposeScope();
        var memory = new double[1000];
        var kept = from_array(memory);
        var changed = ones(1000, ScalarType.Float64, requires_grad: true) * 1;
        var y = KeepsTwo.apply(kept, changed);
        changed.add_(1);
        Assert.Throws<ExternalException>(() => y.sum().backward());
        return new WeakReference(memory);
    }

    // What a finalizer frees may hold the next object.
    private static void Collect()
    {
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>Twice its argument; its backward pass runs an action.</summary>
    private sealed class Probe : autograd.SingleTensorFunction<Probe>
    {
        public override string Name => nameof(Probe);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("action", vars[1]);
            return (Tensor)vars[0] * 2;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data("action"))();
            return [grad_output * 2, null];
        }
    }

    /// <summary>The sum of two tensors; its backward pass returns what it is told to.</summary>
    private sealed class Given : autograd.SingleTensorFunction<Given>
    {
        public override string Name => nameof(Given);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("gradients", vars[2]);
            return (Tensor)vars[0] + (Tensor)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => ((Func<List<Tensor>>)ctx.get_data("gradients"))();
    }

    private sealed class KeepsTwo : autograd.SingleTensorFunction<KeepsTwo>
    {
        public override string Name => nameof(KeepsTwo);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0], (Tensor)vars[1]]);
            return (Tensor)vars[0] * (Tensor)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            return [null, grad_output * saved[0]];
        }
    }

    private sealed class Second : autograd.MultiTensorFunction<Second>
    {
        public override string Name => nameof(Second);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars) => [null, (Tensor)vars[0] * 3];

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => [grad_outputs[1] * 3];
    }

    private sealed class FailsForward : autograd.SingleTensorFunction<FailsForward>
    {
        public override string Name => nameof(FailsForward);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => throw new NotFiniteNumberException("on purpose");

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output];
    }
}
