using TorchSharp.Modules;

namespace Ppl.Torch.Tests.Optim;

/// <summary>The little problem of reference/make_reference.py: a quadratic in a, a double well in b, and a coupling.</summary>
internal sealed class Problem : IDisposable
{
    private readonly Tensor target = References.Fill([3, 2], 7);
    private readonly Tensor stiffness = References.Fill([3, 2], 8).abs();

    public Parameter[] Parameters { get; } = [new(References.Fill([3, 2], 1)), new(References.Fill([4], 2, 1.5))];

    public Tensor Evaluate(torch.optim.Optimizer optimizer)
    {
        optimizer.zero_grad();
        var (a, b) = (Parameters[0], Parameters[1]);
        using var scope = torch.NewDisposeScope();
        var loss = ((a - target).square() * stiffness).sum() + ((b.square() - 1).square().sum() / 4) + (a.sum() * b.sum() * 0.05);
        loss.backward();
        return loss.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        target.Dispose();
        stiffness.Dispose();
        Array.ForEach(Parameters, parameter => parameter.Dispose());
    }
}
