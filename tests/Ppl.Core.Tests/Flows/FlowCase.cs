using Ppl.Flows;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Flows;

/// <summary>One row of the table of flows, of vectors of three numbers.</summary>
/// <param name="Name">The name.</param>
/// <param name="Create">A flow for a context of so many numbers, 0 for none.</param>
internal sealed record FlowCase(string Name, Func<long, Flow> Create)
{
    public const long Size = 3;

    public static readonly IReadOnlyList<FlowCase> All =
    [
        new("Coupling", c => new Coupling(Size, context: c, hidden: [8])),
        new("Coupling, swapped", c => new Coupling(Size, context: c, hidden: [8], isSwapped: true)),
        new("Coupling, spline", c => new Coupling(Size, ElementMap.Spline(4, 3), c, [8])),
        new("MaskedAutoregressive", c => new MaskedAutoregressive(Size, context: c, hidden: [8, 8])),
        new("MaskedAutoregressive, reversed", c => new MaskedAutoregressive(Size, context: c, hidden: [8], isReversed: true)),
        new("MaskedAutoregressive, spline", c => new MaskedAutoregressive(Size, ElementMap.Spline(5, 3), c, [8])),
        new("InverseAutoregressive", c => new InverseAutoregressive(Size, context: c, hidden: [8, 8])),
        new("InverseAutoregressive, spline", c => new InverseAutoregressive(Size, ElementMap.Spline(5, 3), c, [8], isReversed: true)),
        new("BlockAutoregressive", c => new BlockAutoregressive(Size, [4, 4], c)) { StartsNearIdentity = false },
        new("Planar", c => new Planar(Size, c)) { StartsNearIdentity = false },
        new("Radial", c => new Radial(Size, c)) { StartsNearIdentity = false },
        new("Sylvester", c => new Sylvester(Size, context: c)) { StartsNearIdentity = false },
        new("Sylvester of two columns", c => new Sylvester(Size, columns: 2, reflections: 3, context: c)) { StartsNearIdentity = false },
        new("Householder", c => new Householder(Size, 3, c)) { StartsNearIdentity = false },
        new("InvertibleLinear", c => new InvertibleLinear(Size, c)),
        new("InvertibleLinear, rotated", c => new InvertibleLinear(Size, c, isRotated: true)) { StartsNearIdentity = false },
        new("BatchNormalization", c => new BatchNormalization(Size, c)),
        new("Of(inverse of Softplus)", _ => Flow.Of(Softplus.Instance.Inverted, Size))
        {
            StartsNearIdentity = false,
            HasContext = false,
            FromReal = x => x.exp(),
        },
        new("of one's own", c => new Shear(c)),
        new("inverse of Coupling", c => new Coupling(Size, context: c, hidden: [8]).Inverted),
        new("inverse of BlockAutoregressive", c => new BlockAutoregressive(Size, [4], c).Inverted)
        {
            StartsNearIdentity = false,
        },
        new("Sequence", c => Flow.Sequence(
            new Coupling(Size, context: c, hidden: [8]), new InvertibleLinear(Size), new BatchNormalization(Size), new Planar(Size, c)))
        {
            StartsNearIdentity = false,
        },
    ];

    /// <summary>Whether new weights make the map nearly the identity.</summary>
    public bool StartsNearIdentity { get; init; } = true;

    /// <summary>Whether a context enters.</summary>
    public bool HasContext { get; init; } = true;

    /// <summary>An argument of the map from real numbers.</summary>
    public Func<Tensor, Tensor> FromReal { get; init; } = x => x;

    public static FlowCase Get(string name) => All.Single(row => row.Name == name);

    /// <summary>A flow in evaluation mode in float64, with weights and statistics that are nothing special.</summary>
    public Flow Make(long context, ScalarType dtype = ScalarType.Float64)
    {
        var flow = Create(HasContext ? context : 0);
        flow.to(dtype);
        flow.eval();
        using var grad = no_grad();
        foreach (var (name, parameter) in flow.named_parameters())
            parameter.add_(randn_like(parameter) * (name.Contains("weight", StringComparison.Ordinal) ? 0.4 : 0.2));
        foreach (var (name, buffer) in flow.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal)) buffer.copy_(randn_like(buffer));
            if (name.EndsWith("running_var", StringComparison.Ordinal)) buffer.copy_(rand_like(buffer) + 0.5);
        }

        return flow;
    }

    public override string ToString() => Name;
}
