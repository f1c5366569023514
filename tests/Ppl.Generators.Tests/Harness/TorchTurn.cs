using TorchSharp;

namespace Ppl.Generators.Tests.Harness;

/// <summary>Torch has one generator, and test classes run side by side: what is drawn from it is the same in every run only if they take turns.</summary>
internal static class TorchTurn
{
    private static readonly Lock Drawing = new();

    /// <summary>Keeps others from drawing until the end of the scope.</summary>
    public static Lock.Scope Take() => Drawing.EnterScope();

    /// <summary>Keeps others from drawing until the end of the scope, and begins with a seed.</summary>
    public static Lock.Scope Seed(long seed)
    {
        var turn = Drawing.EnterScope();
        torch.manual_seed(seed);
        return turn;
    }
}
