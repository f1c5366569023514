using Ppl.Contracts;
using Ppl.Shapes;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>
/// The encoder that all elements of an array of latents share, <c>Posterior.Shared</c>: a recurrent pass over slices of data, then for each
/// element one network and one head, which see the pass's state, the neighbours and what else the factor sees.
/// </summary>
/// <remarks>
/// q(z[t] | x[..t + 1], z[t + 1]) has the features (s, z[t + 1]), where s is the state after the slices x[0] to x[t] of gated recurrent units;
/// with slices from t on they are read from the last to x[t], and where all factors see all slices, from both ends. Of what an element lacks,
/// as the last one of z[t + 1], it sees <c>absent</c>, which is learnt, and 0 at the start. Parameters: <c>recurrent.x.*</c>,
/// <c>network.*</c>, <c>head.*</c>, <c>absent</c>; their shapes do not depend on how many elements there are, unless
/// one sees ever more neighbours. Source: Krishnan, Shalit, Sontag 2017, arXiv:1609.09869, section 4 (structured inference networks).
/// </remarks>
public sealed class SharedEncoder : Module
{
    private readonly Posterior posterior;
    private readonly List<(Encoder Encoder, IReadOnlyList<EncoderInput> Inputs, long[] Widths)> elements = [];
    private readonly Dictionary<InputKey, long> widths = [];
    private readonly Dictionary<string, (long Before, long After)> numbers = [];
    private List<SliceReader> readers = [];
    private ElementInputs? inputs;
    private Module? network;
    private Head? head;
    private Transform? transform;

    internal SharedEncoder(Posterior posterior) : base(nameof(SharedEncoder))
    {
        this.posterior = posterior;
        if (posterior.Network is { } own) register_module("network", network = own.Module);
    }

    /// <summary>The network between state, neighbours and head; null before the default one is sized, and where there is none.</summary>
    public Module? Network => network;

    /// <summary>The last layer; null before it is sized.</summary>
    public Head? Head => head;

    /// <summary>What the element's factor sees, once for each element; sizes nothing yet, since others may see more.</summary>
    /// <param name="element">The element's encoder.</param>
    /// <param name="seen">Its inputs.</param>
    /// <param name="map">To its support.</param>
    /// <param name="create">Makes its head, as the model's family asks.</param>
    /// <exception cref="PplArgumentException">One head cannot serve it and the elements before it.</exception>
    internal void Add(Encoder element, IReadOnlyList<Tensor> seen, Transform map, Func<Head> create)
    {
        Fit(element, map, create);
        var own = new long[seen.Count];
        for (var i = 0; i < seen.Count; i++)
        {
            var input = element.Inputs[i];
            if (input.SliceDimension is not { } dimension) own[i] = element.FlattenRows(seen[i]).shape[^1];
            else if (!input.Part.IsMask) numbers[input.Part.Data] = Numbers(element.Batch![input.Part.Data]!.shape, input.Plates.Count, dimension);
        }

        elements.Add((element, element.Inputs, own));
    }

    /// <summary>How many numbers each input has, the same for all elements.</summary>
    private void Measure(ElementInputs all)
    {
        foreach (var (element, seen, own) in elements)
        {
            foreach (var key in all.Beside)
            {
                var place = ElementInputs.Find(element.Element, seen, key);
                if (place < 0 || widths.TryAdd(key, own[place]) || widths[key] == own[place]) continue;
                throw new PplArgumentException(
                    $"it sees {seen[place].Name} of {own[place]} numbers, and other elements {key} of {widths[key]}: one encoder cannot serve them. "
                    + "Leave Shared out.",
                    element.Site);
            }
        }
    }

    /// <summary>Creates the parameters, once all elements are known.</summary>
    /// <exception cref="PplArgumentException">One encoder gives several elements the same factor.</exception>
    /// <exception cref="PplShapeException">The user's network does not return rows of features.</exception>
    internal void Complete()
    {
        if (elements.Count == 0 || readers.Count > 0 || inputs is not null) return;
        var (first, all) = (elements[0].Encoder, ElementInputs.Of(elements.Select(e => (e.Encoder.Element, e.Inputs))));
        if (all.Same is var (one, other))
        {
            throw new PplArgumentException(
                $"its elements {one} and {other} see the same, so that one encoder would give both the same factor: leave Shared out.",
                SiteInfo.Split(first.Site!).Variable);
        }

        Measure(all);
        var (dtype, device) = (first.HeadType, first.HeadDevice);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var (plates, units) = (first.Info!.Plates, posterior.SharedUnits!.Value);
        (inputs, readers) = (all, [.. all.Groups.Select(group => new SliceReader(group, plates, numbers, units, dtype, device))]);
        if (readers.Count > 0)
        {
            var parts = new EncoderScope();
            foreach (var reader in readers) parts.register_module(reader.Name, reader.Network);
            register_module("recurrent", parts);
        }

        if (all.Lacking.Count > 0) register_parameter("absent", nn.Parameter(zeros(all.Lacking.Sum(key => widths[key]), dtype, device)));
        var width = readers.Sum(reader => reader.Width) + all.Beside.Sum(key => widths[key]);
        head!.Prepare(Features(width, dtype, device), first.HeadEvents, dtype, device);
        register_module("head", head);
        foreach (var parameter in parameters()) parameter.DetachFromDisposeScope();
        foreach (var buffer in buffers()) buffer.DetachFromDisposeScope();
    }

    /// <summary>The features of an element's factor: [rows, features].</summary>
    /// <param name="element">The element's encoder.</param>
    /// <param name="seen">Its inputs.</param>
    /// <param name="rows">How many rows they have, all plates and particles.</param>
    /// <param name="pass">What encoders have in common.</param>
    internal Tensor Features(Encoder element, IReadOnlyList<Tensor> seen, long rows, PassFeatures pass)
    {
        var parts = readers.Select(reader => reader.State(element, element.Inputs, seen, rows, pass)).ToList();
        var (absent, next) = (get_parameter("absent"), 0L);
        foreach (var key in inputs!.Beside)
        {
            var place = ElementInputs.Find(element.Element, element.Inputs, key);
            if (place >= 0) parts.Add(element.FlattenRows(seen[place]));
            else parts.Add(absent!.narrow(0, next, widths[key]).expand(rows, -1));
            if (inputs.Lacking.Contains(key)) next += widths[key];
        }

        var features = parts.Count == 1 ? parts[0] : cat([.. parts], -1);
        return network is null ? features : Call(features);
    }

    /// <summary>Gives up what sizing made. A network of the user's own stays.</summary>
    internal void Release()
    {
        elements.Clear();
        widths.Clear();
        numbers.Clear();
        (inputs, transform) = (null, null);
        foreach (var name in new[] { "recurrent", "head", "network" })
        {
            if (name == "network" && posterior.Network is not null) continue;
            if (named_children().FirstOrDefault(child => child.Item1 == name).Item2 is not { } part) continue;
            register_module(name, null!);
            part.Dispose();
        }

        if (posterior.Network is null) network = null;
        if (get_parameter("absent") is { } absent)
        {
            ConditionallyRegisterParameter("absent", (TorchSharp.Modules.Parameter)null!);
            absent.Dispose();
        }

        (head, readers) = (null, []);
    }

    /// <summary>One head serves all elements: of one family, support and event.</summary>
    private void Fit(Encoder element, Transform map, Func<Head> create)
    {
        var own = create();
        if (head is null)
        {
            (head, transform) = (own, map);
            return;
        }

        var first = elements[0].Encoder;
        using (own)
        {
            var difference = own.GetType() != head.GetType() ? $"{own.GetName()} in place of {head.GetName()}"
                : !map.Equals(transform) ? $"the map {map} to its support in place of {transform}"
                : element.EventShape.SequenceEqual(first.EventShape) ? null
                : $"an event of shape {ShapeText.Of(element.EventShape)} in place of {ShapeText.Of(first.EventShape)}";
            if (difference is null) return;
            throw new PplArgumentException(
                $"it needs {difference}, which {first.Site} has: one encoder cannot serve both. Leave Shared out.", element.Site);
        }
    }

    /// <summary>Makes or sizes the network, and tells how many features it gives.</summary>
    private long Features(long width, ScalarType dtype, Device device)
    {
        if (network is null && posterior.Hidden.Count > 0)
            register_module("network", network = Perceptron.Create(width, posterior.Hidden, dtype, device));
        if (network is null) return width;
        network.to(device, dtype);
        using var evaluation = new EvaluationMode(network);
        var features = Call(zeros([2, width], dtype, device));
        if (features.dim() == 2 && features.shape[0] == 2) return features.shape[1];
        throw new PplShapeException(
            $"an encoder's network must return [rows, features]; for input (2, {width}) it returned {ShapeText.Of(features.shape)}.",
            elements[0].Encoder.Site);
    }

    private Tensor Call(Tensor features)
    {
        try
        {
            return posterior.Network is { } own ? own.Call([features]) : ((nn.Module<Tensor, Tensor>)network!).call(features);
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault))
        {
            throw LibraryFault.InEncoder(fault, elements[0].Encoder.Site, "network", [features]);
        }
    }

    /// <summary>The numbers of the dimensions of data before and after that of the slices.</summary>
    private static (long Before, long After) Numbers(long[] shape, int plates, int dimension)
    {
        static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);
        return (Product(shape[plates..dimension]), Product(shape[(dimension + 1)..]));
    }
}
