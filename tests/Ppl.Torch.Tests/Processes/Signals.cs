using System.Runtime.CompilerServices;

namespace Ppl.Torch.Tests.Processes;

/// <summary>The faults that .NET makes of signals, after libtorch has been loaded: libraries that come with it may have taken the signals over.</summary>
internal static class Signals
{
    public static int Run()
    {
        using var x = ones(3);
        Console.Write($"{x.sum().item<float>()} ");
        Report(() => Length(null));
        Report(() => Divide(1, 0));
        return 0;
    }

    private static void Report(Func<int> action)
    {
        try
        {
            Console.Write($"{action()} ");
        }
        catch (Exception fault)
        {
            Console.Write($"{fault.GetType().Name} ");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Length(string text) => text.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Divide(int a, int b) => a / b;
}
