using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>One factor of a guide: inputs → feature network → head → a family over the reals → the latent's support.</summary>
/// <remarks>
/// The family is the <see cref="Posterior"/> that the guide was created with. Everything is sized by
/// <see cref="Prepare(IReadOnlyList{Tensor}, IReadOnlyList{long}, IReadOnlyList{long}, Distribution?)"/>; until then the encoder has no
/// parameters but those of a network of the user's own.
/// <para>
/// A latent in the data's rows is amortized: the default network is a perceptron with one hidden layer of 400 rectified units, whose inputs are
/// flattened to [rows, −1] and concatenated; of a network of one's own see <see cref="FeatureNetwork"/>. Parameters are named
/// <c>network.0.weight</c>, ..., <c>head.linear.weight</c>. A latent that depends on nothing that could be seen has no inputs, and then no
/// network: <c>head.free</c>, the same in every row.
/// </para>
/// <para>
/// A latent outside the rows, and one with <see cref="Posterior.Free"/>, has free parameters too: <c>head.free</c>, [outputs] or
/// [N, further plates..., outputs]. Where its family couples coordinates, earlier latents that its step lists shift its mean by
/// <c>coupling</c> · u, u being their unconstrained coordinates; nothing else enters.
/// </para>
/// </remarks>
public sealed partial class Encoder : Module
{
    private GuideFamily? family;
    private Head? head;
    private Module? network;
    private Transform transform = Identity.Instance;
    private long[] events = [];
    private long[] inner = [];
    private ScalarType dtype;
    private long width;
    private int plateCount = 1;

    /// <summary>Creates an encoder.</summary>
    /// <param name="posterior">The factor's family; what the latent's own family asks for when null.</param>
    public Encoder(Posterior? posterior = null) : base("Encoder")
    {
        Posterior = posterior ?? Posterior.Default();
        if (Posterior.Each is { } each) register_module("children", each.Module);
        if (Posterior.Network is not { } own || Posterior.SharedUnits is not null) return;
        network = own.Module;
        register_module("network", network);
    }

    /// <summary>Creates the encoder of an element that shares one with the others.</summary>
    internal Encoder(Posterior? posterior, int element, SharedEncoder? shared) : this(posterior)
    {
        Element = element;
        if (shared is not null) sharing = () => shared;
    }

    /// <summary>The factor's family.</summary>
    public Posterior Posterior { get; }

    /// <summary>Whether the encoder has been sized.</summary>
    public bool IsPrepared { get; private set; }

    /// <summary>The feature network; null before the default one is sized, and where there is none.</summary>
    public Module? Network => network;

    /// <summary>The last layer.</summary>
    /// <exception cref="PplArgumentException">The encoder has not been sized.</exception>
    public Head Head => head ?? Shared?.Head ?? throw NotPrepared();

    /// <summary>Whether the factor is a point, which has no log q.</summary>
    internal bool IsPoint => Posterior.Family.IsPoint;

    /// <summary>The map from the reals onto the latent's support.</summary>
    internal Transform Transform => transform;

    private bool IsOwn => Posterior.Network is not null;

    /// <summary>q(latent | inputs), in the rows that the inputs have.</summary>
    /// <param name="inputs">In the order of the guide's step: [plates..., event].</param>
    /// <exception cref="PplArgumentException">The encoder has not been sized, or does not see as many inputs.</exception>
    /// <exception cref="PplShapeException">The inputs are not those that the encoder was sized for.</exception>
    public Distribution Encode(params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Length == 0 && plateCount > 0 && IsPrepared)
            throw new PplArgumentException("An encoder needs at least one input, or the number of rows.", Site);
        return Encode(inputs, inputs.Length == 0 ? [] : PlatesOf(inputs[0]));
    }

    /// <summary>q(latent), for a latent without inputs.</summary>
    /// <param name="rows">The number of rows.</param>
    public Distribution Encode(long rows) => Encode([], [rows]);

    /// <summary>q(latent | inputs) in a pass: what generated code calls.</summary>
    /// <param name="layout">The pass's particles and plates; of data, its batch knows the rows' numbers.</param>
    /// <param name="inputs">
    /// In the order of the guide's step: [plates..., event], particles folded into the rows or not; of latents outside the rows, whose value is
    /// the same for all of them, the value as it is.
    /// </param>
    /// <exception cref="PplArgumentException">The encoder has not been sized, or does not see as many inputs.</exception>
    /// <exception cref="PplShapeException">The inputs are not those that the encoder was sized for.</exception>
    public Distribution Encode(Layout layout, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(inputs);
        RequireUnmerged();
        return Encode(layout, new PassFeatures(), inputs);
    }

    /// <summary>q(latent | inputs) in a pass that knows features already.</summary>
    /// <param name="layout">The pass's particles and plates.</param>
    /// <param name="shared">What encoders have in common in the pass.</param>
    /// <param name="inputs">In the order of the guide's step.</param>
    internal Distribution Encode(Layout layout, PassFeatures shared, params Tensor[] inputs)
    {
        if (!IsPrepared) throw NotPrepared();
        return Encode(inputs, PlatesOf(layout, inputs), HasRows && Info is { } site ? RowNumbers(layout, site.Plates[0]) : null, shared);
    }

    /// <summary>q(latent | inputs).</summary>
    /// <param name="inputs">In the order of the guide's step: [plates..., event].</param>
    /// <param name="plates">The sizes of the latent's plates, particles folded into the first; none for one outside the data's rows.</param>
    /// <param name="rows">The rows' numbers in the whole data, for parameters kept for each row; null where they are all, in order.</param>
    /// <exception cref="PplArgumentException">The encoder has not been sized, or does not see as many inputs.</exception>
    /// <exception cref="PplShapeException">The inputs are not those that the encoder was sized for.</exception>
    public Distribution Encode(IReadOnlyList<Tensor> inputs, IReadOnlyList<long> plates, Tensor? rows = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(plates);
        if (!IsPrepared) throw NotPrepared();
        RequireUnmerged();
        return Encode(inputs, plates, rows, new PassFeatures());
    }

    private Distribution Encode(IReadOnlyList<Tensor> inputs, IReadOnlyList<long> plates, Tensor? rows, PassFeatures shared)
    {
        var seen = Seen(inputs, plates);
        var numbers = HasRows ? Numbers(plates, rows) : null;
        var q = HasRows ? Run("head", _ => ((IRowHead)head!).ForwardRows(numbers), seen)
            : Run("head", features => Head.ForwardAny(features[0]), [Features(seen, Count(plates), shared)]);
        CheckHead(q, Count(plates));
        if (Coupling is { } coupling) q = Shift(q, Couple(coupling, seen, numbers));
        return OnSupport(ToPlates(q, plates));
    }

    /// <summary>u, a value's unconstrained coordinates: [plates..., event] to [rows, n].</summary>
    /// <param name="value">The latent's value, or several side by side.</param>
    /// <param name="plates">How many leading dimensions are rows of the reader.</param>
    internal Tensor Coordinates(Tensor value, int plates)
    {
        var real = value.is_floating_point() ? transform.Inverse(value) : value.to(dtype);
        return Rows(real, plates) is var rows && rows.dim() == 1 ? rows.unsqueeze(-1) : rows.flatten(1);
    }

    // Outputs of another number than Build reads would broadcast, or fail elsewhere.
    private void CheckHead(Distribution q, long rows)
    {
        long[] expected = [rows, .. HeadEvents];
        if (q.Shape.AsSpan().SequenceEqual(expected)) return;
        throw new PplShapeException(
            $"the encoder's head {head!.GetName()} gives {q} for {rows} rows of an event of shape {ShapeText.Of(HeadEvents)}, and is to give shape "
            + $"{ShapeText.Of(expected)}: Outputs says how many numbers Build gets for a row, and Build makes events of them with ToEvent.",
            Site);
    }

    /// <summary>The family over the reals as one on the support.</summary>
    private Distribution OnSupport(Distribution q)
    {
        if (family!.IsVector && (plateCount == 0 || events.Length != 1)) q = new Reshaped(q, events);
        if (transform is Identity) return q;

        // A point has no volume that could change.
        return q is Delta point ? new Delta(transform.Forward(point.Mean)) : new Transformed(q, transform);
    }

    /// <summary>[rows, event] to [plates..., event].</summary>
    private static Distribution ToPlates(Distribution q, IReadOnlyList<long> plates)
    {
        if (plates.Count == 1) return q;
        var batch = q.Shape.Length - q.EventDimensions;
        var rows = q.Shape[0];
        return q.Map(
            (tensor, own) => tensor.dim() - own == batch && tensor.shape[0] == rows ? tensor.reshape([.. plates, .. tensor.shape[1..]]) : tensor,
            [.. plates, .. q.Shape[1..batch]]);
    }

    private Distribution Shift(Distribution q, Tensor shift) => q switch
    {
        MultivariateNormal normal => new MultivariateNormal(normal.Loc.Plus(shift), scaleTril: normal.ScaleTril),
        LowRankMultivariateNormal normal => new LowRankMultivariateNormal(normal.Loc.Plus(shift), normal.Factor, normal.Diagonal),
        Transformed pushed => new Transformed(Shift(pushed.Base, shift), pushed.Transform),
        _ => throw new InvalidOperationException($"{q.Name} has no mean to shift ({Site})."),
    };

    /// <summary>A u: [rows, D].</summary>
    private Tensor Couple(Tensor coupling, IReadOnlyList<Tensor> seen, Tensor? numbers)
    {
        var parts = seen.Select((value, i) => Parent(i)?.Coordinates(value, plateCount) ?? FlattenRows(value)).ToList();
        var u = parts.Count == 1 ? parts[0] : cat(parts, -1);
        return HasRows ? FreeRows.Select(coupling, numbers, 2).matmul(u.unsqueeze(-1)).squeeze(-1) : u.matmul(coupling.t());
    }

    private Tensor Features(IReadOnlyList<Tensor> seen, long rows, PassFeatures shared)
    {
        if (Shared is not null) return Shared.Features(this, seen, rows, shared);
        if (!IsAmortized || seen.Count == 0) return empty([rows, 0], dtype);
        var inputs = NetworkInputs(Raised(seen, shared));
        if (!IsOwn && inputs[0].shape[^1] != width)
        {
            throw new PplShapeException(
                $"its encoder was sized for inputs of {width} numbers a row, and got {inputs[0].shape[^1]}: {ShapeText.Of(inputs[0].shape)}.", Site);
        }

        return network is null ? inputs[0] : Run("network", CallNetwork, inputs);
    }

    /// <summary>What the network gets: the inputs as they are, or one tensor made of them, over rows.</summary>
    private IReadOnlyList<Tensor> NetworkInputs(IReadOnlyList<Tensor> seen)
    {
        if (Posterior.Network is { } own && (!own.Joins || seen.Count == 1))
            return plateCount == 1 ? seen : [.. seen.Select(input => Rows(input, plateCount))];
        return [seen.Count == 1 ? FlattenRows(seen[0]) : cat([.. seen.Select(FlattenRows)], -1)];
    }

    /// <summary>
    /// Features of the bottom-up pass in place of the data, where the factor stands above one; of children, where it pools them:
    /// [plates..., features].
    /// </summary>
    private IReadOnlyList<Tensor> Raised(IReadOnlyList<Tensor> seen, PassFeatures shared)
    {
        if (pool is not null) return Run("network of children", inputs => pool.Features(inputs, shared), seen);
        if (Posterior.BottomUp is not { } up) return seen;
        Tensor[] data = [.. seen.Where((_, i) => !IsLatent(i))], latents = [.. seen.Where((_, i) => IsLatent(i))];
        var features = Run("bottom-up pass", inputs => shared.BottomUp.Of(up, Posterior.Level, inputs, plateCount, Join), data);
        if (plateCount > 1) features = features.reshape([.. data[0].shape[..plateCount], .. features.shape[1..]]);
        return [features, .. latents];
    }

    /// <summary>One tensor over rows: a single one as it is, in the encoder's numbers.</summary>
    private Tensor Join(IReadOnlyList<Tensor> data)
    {
        if (data.Count > 1) return cat([.. data.Select(FlattenRows)], -1);
        return Rows(data[0].is_floating_point() ? data[0] : data[0].to(dtype), plateCount);
    }

    private Tensor CallNetwork(IReadOnlyList<Tensor> inputs) =>
        Posterior.Network is { } own ? own.Call(inputs) : ((TorchSharp.torch.nn.Module<Tensor, Tensor>)network!).call(inputs[0]);

    private T Run<T>(string part, Func<IReadOnlyList<Tensor>, T> forward, IReadOnlyList<Tensor> inputs)
    {
        try
        {
            return forward(inputs);
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault))
        {
            throw LibraryFault.InEncoder(fault, Site, part, inputs);
        }
    }

    /// <summary>All plates in one leading dimension, which a latent outside the rows gets of size 1.</summary>
    private static Tensor Rows(Tensor tensor, int plates) => plates switch
    {
        0 => tensor.unsqueeze(0),
        1 => tensor,
        _ => tensor.flatten(0, plates - 1),
    };

    /// <summary>[plates..., event] to [rows, numbers], in the encoder's numbers.</summary>
    internal Tensor FlattenRows(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var real = Rows(input.is_floating_point() ? input : input.to(dtype), plateCount);
        return real.dim() switch
        {
            2 => real,
            1 => real.unsqueeze(-1),
            0 => throw new PplShapeException("an encoder's input is a single number; it needs rows.", Site),
            _ => real.flatten(1),
        };
    }

    private long[] PlatesOf(Layout layout, Tensor[] inputs)
    {
        if (plateCount == 0) return [];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!IsWhole(inputs.Length, i, inputs[i])) return PlatesOf(inputs[i]);
        }

        if (Info is not { } site) throw new PplArgumentException("An encoder needs at least one input, or the number of rows.", Site);
        return [.. site.Plates.Select((plate, i) => layout.Plates[plate.Index].Size is > 0 and var size ? size : inner[i - 1])];
    }

    private long[] PlatesOf(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!IsPrepared) throw NotPrepared();
        if (input.dim() >= plateCount) return input.shape[..plateCount];
        throw input.dim() == 0
            ? new PplShapeException("an encoder's input is a single number; it needs rows.", Site)
            : new PplShapeException($"an encoder's input has shape {ShapeText.Of(input.shape)}; it needs {plateCount} plates first.", Site);
    }

    private Tensor? RowNumbers(Layout layout, PlateInfo plate)
    {
        var all = layout.Plates[plate.Index].Total;
        if (all == total) return layout.RowNumbers(plate);
        throw new PplShapeException(
            $"its guide keeps parameters for each of {total} rows, with which it was sized, and this data has {all} in all: other rows have none.",
            Site);
    }

    /// <summary>The numbers of the rows, for each particle; null where they are all, in order.</summary>
    private Tensor? Numbers(IReadOnlyList<long> plates, Tensor? rows)
    {
        if (rows is null && plates[0] == total) return null;
        if (rows is null && plates[0] % total != 0)
        {
            throw new PplShapeException(
                $"its guide keeps parameters for each of {total} rows, and got {plates[0]} rows without their numbers.", Site);
        }

        using var grad = no_grad();
        var numbers = rows ?? arange(total, dtype: ScalarType.Int64, device: head!.parameters().First().device);
        return numbers.shape[0] == plates[0] ? numbers : numbers.repeat(plates[0] / numbers.shape[0]);
    }

    private static long Count(IReadOnlyList<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    private static PplArgumentException NotPrepared() => new("An encoder was called before it was sized: call Prepare on its guide.");
}
