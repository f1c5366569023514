using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Families.Bench;

/// <summary>A family at some parameters, and PyTorch's expression for the same.</summary>
internal sealed class FamilyCase
{
    private readonly Func<IReadOnlyDictionary<string, Tensor>, Distribution> create;
    private readonly List<Tensor> leaves;

    /// <summary>A case of the table.</summary>
    /// <param name="name">The family.</param>
    /// <param name="peer">A Python expression over <c>D = torch.distributions</c> and the parameters <c>p</c>; null where PyTorch has no such
    /// family.</param>
    /// <param name="parameters">The values, in float32.</param>
    /// <param name="create">Makes ours.</param>
    /// <param name="isFixed">Parameters without a gradient.</param>
    public FamilyCase(
        string name,
        string? peer,
        Dictionary<string, Tensor> parameters,
        Func<IReadOnlyDictionary<string, Tensor>, Distribution> create,
        params string[] isFixed)
    {
        (Name, Peer, Parameters, this.create, Fixed) = (name, peer, parameters, create, isFixed);
        leaves = [.. parameters.Where(p => !isFixed.Contains(p.Key)).Select(p => p.Value.requires_grad_())];
        using var scope = NewDisposeScope();
        Value = create(parameters).Sample().to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public string Name { get; }

    public string? Peer { get; }

    public IReadOnlyDictionary<string, Tensor> Parameters { get; }

    public IReadOnlyList<string> Fixed { get; }

    public Tensor Value { get; }

    public void Density()
    {
        using var scope = NewDisposeScope();
        autograd.grad([create(Parameters).LogProb(Value).sum()], leaves, allow_unused: true);
    }

    public void Draw()
    {
        using var scope = NewDisposeScope();
        var d = create(Parameters);
        if (!d.IsReparameterized || leaves.Count == 0)
        {
            d.Sample();
            return;
        }

        var draw = d.RSample().sum();
        if (draw.requires_grad) autograd.grad([draw], leaves, allow_unused: true);
    }
}
