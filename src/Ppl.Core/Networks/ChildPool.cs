using Ppl.Contracts;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>
/// Pools what a factor sees of plates inside the latent's: features of each child, then their mean or sum over the children that are there.
/// </summary>
/// <remarks>Source: Zaheer et al. 2017 (Deep Sets), arXiv:1703.06114, theorem 2: ρ(Σ φ(x)), of which ρ is the factor's own network.</remarks>
internal sealed class ChildPool
{
    private readonly Posterior posterior;
    private readonly IReadOnlyList<EncoderInput> inputs;
    private readonly IReadOnlyList<ChildGroup> groups;
    private readonly IReadOnlyList<int> beside;
    private readonly int plateCount;
    private readonly string? site;
    private ScalarType dtype;

    /// <summary>Reads which inputs have children.</summary>
    /// <param name="posterior">The factor's family.</param>
    /// <param name="latent">The latent.</param>
    /// <param name="inputs">What its encoder sees.</param>
    /// <exception cref="PplArgumentException">There is nothing to pool, or one network for children of several plates.</exception>
    public ChildPool(Posterior posterior, SiteInfo latent, IReadOnlyList<EncoderInput> inputs)
    {
        (this.posterior, this.inputs, plateCount, site) = (posterior, inputs, latent.Plates.Count, latent.Name);
        var inner = inputs.Select(input => Inner(latent, input)).ToList();
        var nested = inner.Where((plates, i) => plates.Count > 0 && inputs[i].Plates.Count > plates.Count).Select(Name).ToHashSet();
        var all = Enumerable.Range(0, inputs.Count).ToList();
        groups =
        [
            .. all.Where(i => nested.Contains(Name(inner[i]))).GroupBy(i => Name(inner[i]))
                .Select(group => new ChildGroup(group.Key, inner[group.First()].Count, [.. group])),
        ];
        beside = [.. all.Where(i => !nested.Contains(Name(inner[i])))];
        if (groups.Count == 0)
        {
            throw new PplArgumentException(
                $"its encoder sees nothing of a plate inside {latent.Plates[^1].Name}, which could be pooled{Seen(inputs)}: leave Pooled out.", site);
        }

        if (groups.Count == 1 || posterior.Each is null) return;
        throw new PplArgumentException(
            $"its encoder sees children in several plates ({string.Join(", ", groups.Select(group => group.Name))}), and one network is given for "
            + "them: leave it out, so that each has its own.",
            site);
    }

    /// <summary>The networks of children by their plates; empty before they are sized, and where features are the numbers themselves.</summary>
    public Dictionary<string, Module> Networks { get; } = [];

    /// <summary>
    /// Features of children in place of the inputs that have children: [plates..., features] for each plate, then the other inputs.
    /// </summary>
    /// <param name="seen">The inputs: [plates..., children..., event], or [plates..., event].</param>
    /// <param name="pass">Knows which children are there.</param>
    /// <exception cref="PplArgumentException">Data may be missing, and outside a guide's pass nobody knows which.</exception>
    public IReadOnlyList<Tensor> Features(IReadOnlyList<Tensor> seen, PassFeatures pass) =>
        [.. groups.Select(group => Pool(group, seen, pass)), .. beside.Select(i => seen[i])];

    /// <summary>Makes the networks, or sees that the user's own runs.</summary>
    /// <param name="seen">The inputs.</param>
    /// <param name="numberType">The parameters' dtype.</param>
    /// <param name="device">The parameters' device.</param>
    public void Prepare(IReadOnlyList<Tensor> seen, ScalarType numberType, Device device)
    {
        dtype = numberType;
        foreach (var group in groups)
        {
            var children = Children(group, seen);
            if (posterior.Each is { } own)
            {
                own.Module.to(device, dtype);
                using var evaluation = new EvaluationMode(own.Module);
                var features = own.Call([children.flatten(0, 1)]);
                if (features.dim() == 2 && features.shape[0] == children.shape[0] * children.shape[1]) continue;
                throw new PplShapeException(
                    $"the network of its children must return [children, features]; for input "
                    + $"{ShapeText.Of(children.flatten(0, 1).shape)} it returned {ShapeText.Of(features.shape)}.",
                    site);
            }

            var units = posterior.Hidden.Count == 0 ? Posterior.DefaultUnits : posterior.Hidden[0];
            Networks[group.Name] = Perceptron.Create(children.shape[2], [units], dtype, device);
        }
    }

    private Tensor Pool(ChildGroup group, IReadOnlyList<Tensor> seen, PassFeatures pass)
    {
        var first = seen[group.Inputs[0]];
        var children = Children(group, seen);
        var features = Call(group, children.flatten(0, 1)).reshape(children.shape[0], children.shape[1], -1);
        var there = There(group, children, pass);
        if (there is not null) features = features.masked_fill(there.logical_not().unsqueeze(-1), 0);
        var sum = features.sum(1);
        if (posterior.Children == Pooling.Mean)
            sum = sum / (there is null ? children.shape[1] : there.sum(1, keepdim: true).clamp(min: 1).to(sum.dtype));
        return sum.reshape([.. first.shape[..plateCount], sum.shape[^1]]);
    }

    private Tensor Call(ChildGroup group, Tensor children) => posterior.Each is { } own ? own.Call([children])
        : ((nn.Module<Tensor, Tensor>)Networks[group.Name]).call(children);

    /// <summary>Everything seen of the children side by side: [rows, children, numbers].</summary>
    private Tensor Children(ChildGroup group, IReadOnlyList<Tensor> seen) =>
        cat([.. group.Inputs.Select(i => OfRows(seen[i], group.Dimensions).to(dtype))], -1);

    private Tensor OfRows(Tensor input, int dimensions)
    {
        var shape = input.shape;
        long Size(Range part) => shape[part].Aggregate(1L, (product, size) => product * size);
        return input.reshape(Size(..plateCount), Size(plateCount..(plateCount + dimensions)), -1);
    }

    /// <summary>Which children are there, [rows, children]: those of which something that is observed is. Null where all are.</summary>
    private Tensor? There(ChildGroup group, Tensor children, PassFeatures pass)
    {
        var observed = group.Inputs.Select(i => inputs[i]).Where(input => input.IsObserved && !input.Part.IsMask).ToList();
        if (observed.Count == 0 || observed.Exists(input => !input.HasMask)) return null;
        Tensor? all = null;
        foreach (var name in observed.Select(input => input.Part.Data).Distinct())
        {
            var mask = pass.MaskOf is { } known ? known(name) : throw new PplArgumentException(
                $"some of {name} may be missing, and which is known in a pass of the guide alone: call Encode with the guide's pass.", site);
            if (mask is null) return null;
            var flat = mask.flatten(0, plateCount - 1).flatten(1, group.Dimensions);
            if (flat.dim() > 2) flat = flat.flatten(2).any(2);
            all = all is null ? flat : all.logical_or(flat);
        }

        return all!.shape[0] == children.shape[0] ? all : all.repeat(children.shape[0] / all.shape[0], 1);
    }

    /// <summary>The plates inside the latent's; none for what has no children.</summary>
    private static IReadOnlyList<PlateInfo> Inner(SiteInfo latent, EncoderInput input)
    {
        var own = input.Plates.Where(plate => latent.Plates.Contains(plate)).ToList();
        if (own.Count == 0) return input.Plates;
        return input.Plates.Take(latent.Plates.Count).SequenceEqual(latent.Plates) ? [.. input.Plates.Skip(latent.Plates.Count)] : [];
    }

    private static string Name(IReadOnlyList<PlateInfo> plates) => string.Join("_", plates.Select(plate => plate.Name));

    private static string Seen(IReadOnlyList<EncoderInput> inputs) =>
        inputs.Count == 0 ? "" : $" ({string.Join(", ", inputs.Select(input => input.Name))})";

    /// <summary>The inputs of children in the same plates.</summary>
    private sealed record ChildGroup(string Name, int Dimensions, IReadOnlyList<int> Inputs);
}
