namespace Ppl.Torch.Tests.Processes;

/// <summary>Programs that end while other threads are inside libtorch.</summary>
internal static class ExitPrograms
{
    public const int ExitCode = 7;
    public const string LastWords = "the last words";

    /// <summary>Main returns while tasks compute and take gradients.</summary>
    public static int Tasks()
    {
        Work();
        return Say();
    }

    /// <summary>Main returns after so many milliseconds, while tasks load libtorch or run their first operations.</summary>
    public static int TasksBegun(int milliseconds)
    {
        for (var i = 0; i < 4; i++) Task.Run(Step);
        Thread.Sleep(milliseconds);
        return Say();
    }

    /// <summary>The same, ended by Environment.Exit.</summary>
    public static int TasksAndExit()
    {
        Work();
        Environment.Exit(Say());
        return 0;
    }

    /// <summary>Main returns while a task is inside one call that takes seconds.</summary>
    public static int InsideOneCall()
    {
        var started = new ManualResetEventSlim();
        Task.Run(() =>
        {
            var x = rand(3000, 3000, ScalarType.Float64);
            started.Set();
            linalg.eigh(x.matmul(x.t()));
        });
        started.Wait();
        Thread.Sleep(50);
        return Say();
    }

    /// <summary>Backward passes inside backward passes, so deep that libtorch has gone on with threads of its own, which still wait at the end.</summary>
    public static int NestedBackward()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        Nested.apply(x, 70).backward();
        Work();
        return Say();
    }

    /// <summary>A user's own handler at exit may compute, and may print.</summary>
    public static int TensorsAtExit()
    {
        using var x = ones(3);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.Write($"{ones(5).sum().item<float>()} ");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Say();
        Work();
        return ExitCode;
    }

    private static void Work()
    {
        using var started = new CountdownEvent(4);
        for (var i = 0; i < 4; i++)
        {
            Task.Factory.StartNew(
                () =>
                {
                    Step();
                    started.Signal();
                    while (true) Step();
                },
                TaskCreationOptions.LongRunning);
        }
        started.Wait();
    }

    private static void Step()
    {
        using var scope = NewDisposeScope();
        var w = rand(20, 20, requires_grad: true);
        Nested.apply(w.matmul(rand(20, 5)).tanh().pow(2).sum(), 1).backward();
        nn.functional.conv2d(rand(2, 3, 8, 8), rand(4, 3, 3, 3)).sum();
    }

    private static int Say()
    {
        Console.Write(LastWords);
        return ExitCode;
    }

    /// <summary>The identity; its backward pass runs another one until the given depth is reached.</summary>
    private sealed class Nested : autograd.SingleTensorFunction<Nested>
    {
        public override string Name => nameof(Nested);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("depth", vars[1]);
            return (Tensor)vars[0] * 1;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var depth = (int)ctx.get_data("depth");
            if (depth > 0)
            {
                using var gradients = enable_grad();
                apply(tensor(1.0, requires_grad: true), depth - 1).backward();
            }
            return [grad_output * 1, null];
        }
    }
}
