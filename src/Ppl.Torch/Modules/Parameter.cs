using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that a module registers as one of its parameters.</summary>
public class Parameter : Tensor
{
    /// <summary>Takes the place of a tensor, which is empty afterwards; the parameter belongs to the same dispose scope.</summary>
    public Parameter(Tensor data, bool requires_grad = true) : base(Native(data, requires_grad, out var owner))
    {
        if (owner is null) DetachFromDisposeScope();
        else MoveToOtherDisposeScope(owner);
    }

    private static IntPtr Native(Tensor data, bool requires_grad, out DisposeScope owner)
    {
        ArgumentNullException.ThrowIfNull(data);
        owner = data.OwningDisposeScope;
        data.requires_grad = requires_grad;
        return Take(data);
    }
}
