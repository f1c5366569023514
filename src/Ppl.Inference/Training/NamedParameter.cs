using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>A parameter of the model, the guide or the objective, with what is known of it before it may be disposed.</summary>
/// <param name="Owner"><c>model</c>, <c>guide</c> or <c>objective</c>.</param>
/// <param name="Name">Its name there, such as <c>decoder.0.weight</c>.</param>
/// <param name="Value">The parameter.</param>
internal sealed record NamedParameter(string Owner, string Name, Parameter Value)
{
    public long[] Shape { get; } = Value.shape;

    public ScalarType Type { get; } = Value.dtype;

    public Device Device { get; } = Value.device;

    public bool IsTrained { get; } = Value.requires_grad;

    /// <summary>Its name with its owner in front.</summary>
    public string FullName { get; } = $"{Owner}.{Name}";

    /// <summary>Every parameter once, those of the model first. By reference: tensors of equal values are equal.</summary>
    public static List<NamedParameter> Of(TrainedNetworks networks)
    {
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        return
        [
            .. networks.All.SelectMany(pair => pair.Network.named_parameters().Select(p => new NamedParameter(pair.Owner, p.name, p.parameter)))
                .Where(p => seen.Add(p.Value)),
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}' of the {Owner}";
}
