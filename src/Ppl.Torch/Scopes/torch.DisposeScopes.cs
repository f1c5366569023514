namespace TorchSharp;

public static partial class torch
{
    public static DisposeScope CurrentDisposeScope => DisposeScopeManager.Current;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Enter();

    /// <summary>Runs the expression and keeps its result alone.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        var result = expr();
        return result.MoveToOuterDisposeScope();
    }
}
