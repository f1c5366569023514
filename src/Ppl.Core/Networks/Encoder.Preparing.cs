using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Networks;

public sealed partial class Encoder
{
    private IReadOnlyList<string> inputNames = [];
    private IReadOnlyList<Encoder?>? parents;
    private IReadOnlyList<bool>? areLatents;
    private IReadOnlyList<int>? entering;
    private bool isOuter;
    private int valueRank;
    private ChildPool? pool;

    // Not the module itself, whose parameters are the list's and would be found here, too.
    private readonly Func<SharedEncoder>? sharing;
    private long total;

    /// <summary>The latent's name, which the guide tells, for messages.</summary>
    internal string? Site { get; set; }

    /// <summary>What the guide's step lists, which the guide tells.</summary>
    internal IReadOnlyList<EncoderInput> Inputs { get; set; } = [];

    /// <summary>The encoder of all elements of the array, where this is one of them; null where this one is by itself.</summary>
    internal SharedEncoder? Shared => sharing?.Invoke();

    /// <summary>Its position in the array, where it is an element.</summary>
    internal int Element { get; }

    /// <summary>The type of the parameters, once it is known.</summary>
    internal ScalarType HeadType => dtype;

    /// <summary>Where the parameters are, once it is known.</summary>
    internal Device HeadDevice { get; private set; } = CPU;

    /// <summary>The event as the head has it: flat where the family is over vectors.</summary>
    internal long[] HeadEvents => family!.IsVector && (plateCount == 0 || events.Length != 1) ? [Count(events)] : events;

    /// <summary>The model's number type, which the guide tells: data of integers alone do not show it.</summary>
    internal ScalarType? NumberType { get; set; }

    /// <summary>The model's device, which the guide tells: a latent without inputs has no other way to know it.</summary>
    internal Device? Device { get; set; }

    /// <summary>The shape of the latent's event, once it is sized.</summary>
    internal long[] EventShape => events;

    /// <summary>What the compiler knows of the latent, which the guide tells.</summary>
    internal SiteInfo? Info { get; set; }

    /// <summary>The first batch, which the guide tells: it knows N, the rows of the whole data.</summary>
    internal Batch? Batch { get; set; }

    /// <summary>Whether each row of the data has parameters of its own; known before the encoder is sized.</summary>
    internal bool KeepsRows => Posterior.IsFree && Info is { IsLocal: true };

    /// <summary>Whether features of the inputs make the parameters, instead of free ones.</summary>
    private bool IsAmortized => !isOuter && !Posterior.IsFree;

    /// <summary>Whether there is a set of parameters for each row.</summary>
    private bool HasRows => Posterior.IsFree && plateCount > 0;

    private Tensor? Coupling => get_parameter("coupling");

    /// <summary>Sizes the encoder of a latent in one plate of rows. A second call does nothing.</summary>
    /// <inheritdoc cref="Prepare(IReadOnlyList{Tensor}, IReadOnlyList{long}, IReadOnlyList{long}, Distribution?)" path="/exception"/>
    /// <param name="inputs">Inputs as <see cref="Encode(Tensor[])"/> will get them, with any number of rows; none for
    /// <see cref="Encode(long)"/>.</param>
    /// <param name="eventShape">The latent's event: its shape without the rows.</param>
    /// <param name="model">The model's distribution of the latent, which says its support; one over the reals when null.</param>
    public void Prepare(IReadOnlyList<Tensor> inputs, long[] eventShape, Distribution? model = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count > 0 && inputs[0].dim() == 0) throw new PplShapeException("an encoder's input is a single number; it needs rows.", Site);
        Prepare(inputs, [inputs.Count > 0 ? inputs[0].shape[0] : Batch?.Count ?? 1], eventShape, model);
    }

    /// <summary>Sizes the encoder at a draw from the prior: what generated code calls. A second call does nothing.</summary>
    /// <inheritdoc cref="Prepare(IReadOnlyList{Tensor}, IReadOnlyList{long}, IReadOnlyList{long}, Distribution?)" path="/exception"/>
    /// <param name="inputs">Inputs as <see cref="Encode(Layout, Tensor[])"/> will get them.</param>
    /// <param name="value">The latent's value: [plates..., event].</param>
    /// <param name="model">The model's distribution of the latent.</param>
    public void Prepare(IReadOnlyList<Tensor> inputs, Tensor value, Distribution model)
    {
        ArgumentNullException.ThrowIfNull(value);
        var plates = Info is { } site ? site.IsLocal ? site.Plates.Count : 0 : 1;
        Prepare(inputs, value.shape[..plates], value.shape[plates..], model);
    }

    /// <summary>
    /// Sizes the encoder. A second call does nothing. The user's own network runs once, without gradient, in evaluation mode.
    /// </summary>
    /// <param name="inputs">Inputs as Encode will get them, in any number of rows.</param>
    /// <param name="plates">The sizes of the latent's plates; none for one outside the data's rows, whose whole value is the event.</param>
    /// <param name="eventShape">The latent's event: its shape without the plates.</param>
    /// <param name="model">The model's distribution of the latent, which says its support; one over the reals when null.</param>
    /// <exception cref="PplArgumentException">
    /// A network is given for a latent without inputs, or of other inputs than it sees; the family cannot have the latent's support or rank.
    /// </exception>
    /// <exception cref="PplShapeException">The network does not return rows of features, or the family cannot have this event.</exception>
    public void Prepare(IReadOnlyList<Tensor> inputs, IReadOnlyList<long> plates, IReadOnlyList<long> eventShape, Distribution? model = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(plates);
        ArgumentNullException.ThrowIfNull(eventShape);
        if (IsPrepared) return;
        (isOuter, plateCount) = (plates.Count == 0, plates.Count);
        CheckInputs(inputs.Count);
        entering = Entering(inputs.Count);
        family = Posterior.Family.For(model, Site);
        transform = TransformOf(model);
        (valueRank, events) = (eventShape.Count, transform.InverseShape(eventShape.ToArray()));
        dtype = NumberType ?? inputs.FirstOrDefault(t => t.is_floating_point())?.dtype ?? get_default_dtype();
        HeadDevice = inputs.Count > 0 ? inputs[0].device : Device ?? get_default_device();
        inner = [.. plates.Skip(1)];
        if (HasRows) total = Batch is { } batch && Info is { } site ? batch.Total(site.Plates[0]) : plates[0];
        using (NewDisposeScope())
        using (no_grad())
        {
            var seen = Seen(inputs, plates);
            CheckRank();
            if (Shared is not null)
            {
                Shared.Add(this, seen, transform, () => NewHead(model));
                IsPrepared = true;
                return;
            }

            try
            {
                register_module("head", head = NewHead(model));
                PrepareHead(seen, HeadDevice);
            }
            catch (PplArgumentException fault) when (fault.Site is null)
            {
                throw new PplArgumentException(fault.Message, Site, fault);
            }

            PrepareCoupling(seen, HeadDevice);
            foreach (var parameter in parameters()) parameter.DetachFromDisposeScope();
            foreach (var buffer in buffers()) buffer.DetachFromDisposeScope();
        }

        IsPrepared = true;
    }

    /// <summary>Says what the encoder will be given, and checks the family against it.</summary>
    /// <param name="names">The inputs' names, in order.</param>
    /// <param name="encoders">Those of the inputs that are latents; null for data.</param>
    /// <param name="latents">Which are values of latents, those that an index picks included; those with encoders when null.</param>
    /// <param name="isOpen">Whether some of the inputs may not be reached, so that their number is not known yet.</param>
    /// <returns>The names of the inputs that enter the factor.</returns>
    /// <exception cref="PplArgumentException">The family, its network or its freedom has no meaning for this latent.</exception>
    internal IReadOnlyList<string> Connect(
        IReadOnlyList<string> names, IReadOnlyList<Encoder?> encoders, IReadOnlyList<bool>? latents = null, bool isOpen = false)
    {
        (inputNames, parents, isOuter) = (names, encoders, Info is { IsLocal: false });
        areLatents = latents ?? [.. encoders.Select(encoder => encoder is not null)];
        if (!isOpen || names.Count == 0) CheckInputs(names.Count);
        return [.. Entering(names.Count).Select(i => names[i])];
    }

    /// <summary>Gives up what sizing made, so that other data can size the encoder. A network of the user's own stays.</summary>
    internal void Release()
    {
        IsPrepared = false;
        Shared?.Release();
        if (!IsOwn && network is not null)
        {
            register_module("network", null!);
            network.Dispose();
            network = null;
        }

        if (pool is not null && Posterior.Each is null && named_children().FirstOrDefault(c => c.Item1 == "children").Item2 is { } children)
        {
            register_module("children", null!);
            children.Dispose();
        }

        pool = null;
        if (Coupling is { } coupling)
        {
            ConditionallyRegisterParameter("coupling", (TorchSharp.Modules.Parameter)null!);
            coupling.Dispose();
        }

        if (head is null) return;
        register_module("head", null!);
        head.Dispose();
        head = null;
    }

    private void CheckInputs(int count)
    {
        if (Posterior.IsFree && isOuter)
            throw new PplArgumentException("it is outside the data's rows, where parameters are free anyway: leave Free() out.", Site);
        CheckBottomUp(count);
        if (Posterior.IsPooled && isOuter)
        {
            throw new PplArgumentException(
                "it is outside the data's rows, where parameters are free: no encoder sees children. Leave Pooled out.", Site);
        }

        if (Posterior.IsPooled && count > 0 && Info is { } latent && Inputs.Count == count) _ = new ChildPool(Posterior, latent, Inputs);
        if (Posterior.SharedUnits is not null && isOuter)
        {
            throw new PplArgumentException(
                "it is outside the data's rows, where parameters are free: no encoder is there to share. Leave Shared out.", Site);
        }

        if (Posterior.Network is not { } own) return;
        if (isOuter)
        {
            throw new PplArgumentException(
                "it is outside the data's rows, so that its parameters are free, and a network has no input. Leave the network out.", Site);
        }

        if (count == 0)
        {
            throw new PplArgumentException(
                "the guide has nothing to see for this latent, since nothing in the model connects it with data: its parameters are free, and "
                + "a network has no input. Leave the network out.",
                Site);
        }

        var (seen, names) = Shown(count);
        if (Shared is not null || Posterior.IsPooled || own.Joins || own.Arity is null || own.Arity == seen) return;
        throw new PplArgumentException($"its network takes {own.Arity} tensors, and the encoder sees {seen}{names}.", Site);
    }

    /// <summary>How many tensors a network of one's own gets, and their names for messages.</summary>
    private (int Count, string Names) Shown(int count)
    {
        if (inputNames.Count == 0) return (count, "");
        string[] names = Posterior.BottomUp is null ? [.. inputNames]
            : [$"level {Posterior.Level}", .. inputNames.Where((_, i) => areLatents?[i] == true)];
        return (names.Length, $" ({string.Join(", ", names)})");
    }

    private void CheckBottomUp(int count)
    {
        if (Posterior.BottomUp is null) return;
        if (isOuter)
        {
            throw new PplArgumentException(
                "it is outside the data's rows, so that its parameters are free, and see no features. Leave Above out.", Site);
        }

        if (count > 0 && areLatents?.All(isLatent => isLatent) != true) return;
        throw new PplArgumentException(
            "its factor sees no data, from which a bottom-up pass starts. Leave Above out, or let the guide draw in the model's order: "
            + "[Model(Guide = GuideStructure.TopDown)].",
            Site);
    }

    /// <summary>
    /// Which inputs enter: all, through the features; for free parameters the latents alone, and where the family couples coordinates.
    /// </summary>
    private int[] Entering(int count)
    {
        if (IsAmortized) return [.. Enumerable.Range(0, count)];
        if (!Posterior.Family.IsCoupled) return [];
        return [.. Enumerable.Range(0, count).Where(i => parents is null ? isOuter : parents[i] is not null)];
    }

    private bool IsLatent(int seen) => areLatents?[entering![seen]] == true;

    private Encoder? Parent(int seen) => parents?[entering![seen]];

    /// <summary>The inputs that enter, of all that the guide's step lists or of those that enter alone, in the latent's rows.</summary>
    private IReadOnlyList<Tensor> Seen(IReadOnlyList<Tensor> inputs, IReadOnlyList<long> plates)
    {
        var isAll = parents is not null && parents.Count == inputs.Count;
        if (!isAll && parents is not null && inputs.Count != entering!.Count)
            throw new PplArgumentException($"its encoder sees {entering!.Count} inputs, and got {inputs.Count}.", Site);
        return [.. (isAll || parents is null ? entering! : Enumerable.Range(0, inputs.Count)).Select(i => InRows(i, inputs[i]))];

        Tensor InRows(int i, Tensor input) => IsWhole(inputs.Count, i, input) ? input.expand([.. plates, .. input.shape]) : input;
    }

    /// <summary>Whether an input is a value that is the same for all rows of this latent, and has not been repeated to them.</summary>
    private bool IsWhole(int count, int position, Tensor input)
    {
        if (parents is null || plateCount == 0) return false;
        var parent = parents[parents.Count == count ? position : entering![position]];
        return parent is { plateCount: 0, IsPrepared: true } && input.dim() == parent.valueRank;
    }

    private Transform TransformOf(Distribution? model)
    {
        if (model is null || family!.IsOnSupport) return Transforms.Identity.Instance;
        var map = BijectTo.Of(model.ValueConstraint);
        map.Map((tensor, _) => throw new PplArgumentException(
            $"the bounds of {model.Name} are tensors, which may be others in each batch, and its guide's are fixed: give numbers.", Site));
        return map;
    }

    private Head NewHead(Distribution? model)
    {
        var made = family!.Create!();
        if (Posterior.InitialScale != 1)
        {
            if (!made.HasScale)
                throw new PplArgumentException($"its head {made.GetName()} has no standard deviation to start with: leave StartingAt out.", Site);
            made.InitialScale = Posterior.InitialScale;
        }

        if (Posterior.InitialLocation != 0 && !made.HasLocation)
            throw new PplArgumentException($"its head {made.GetName()} has no location to start at: leave StartingAt out.", Site);
        made.InitialLocation = Posterior.InitialLocation;
        made.StartsLevel = Posterior is { Network: null, Hidden.Count: 0, BottomUp: null, IsPooled: false };
        if (model is not null) made.Adapt(model);
        return made;
    }

    private void CheckRank()
    {
        if (family!.Rank is not { } rank || rank <= Count(events)) return;
        throw new PplArgumentException(
            $"Posterior.{family.Name} has a rank above the event's {Count(events)} coordinates: use FullCovariance.", Site);
    }

    private void PrepareHead(IReadOnlyList<Tensor> seen, Device device)
    {
        if (!HasRows) head!.Prepare(IsAmortized && seen.Count > 0 ? PrepareNetwork(seen, device) : 0, HeadEvents, dtype, device);
        else if (head is IRowHead rows) rows.PrepareRows([total, .. inner], HeadEvents, dtype, device);
        else throw new PplArgumentException($"its head {head!.GetName()} keeps no parameters for rows: it does not derive from LinearHead.", Site);
    }

    private void PrepareCoupling(IReadOnlyList<Tensor> seen, Device device)
    {
        if (IsAmortized || seen.Count == 0) return;
        var size = seen.Select((value, i) => Parent(i)?.Coordinates(value, plateCount) ?? FlattenRows(value)).Sum(u => u.shape[^1]);
        long[] rows = HasRows ? [total, .. inner] : [];
        register_parameter("coupling", Parameter(zeros([.. rows, Count(events), size], dtype, device)));
    }

    private long PrepareNetwork(IReadOnlyList<Tensor> seen, Device device)
    {
        // A prior without parameters draws the default type, whatever the data's.
        Posterior.BottomUp?.to(device, dtype);
        PreparePool(seen, device);
        using var evaluation = Posterior.BottomUp is { } up ? new EvaluationMode(up) : null;
        var inputs = NetworkInputs(Raised(seen, new PassFeatures { MaskOf = _ => null }));
        if (!IsOwn)
        {
            inputs = [inputs[0].to(dtype)];
            CreateNetwork(inputs[0].shape[^1], device);
        }

        width = inputs[0].shape[^1];
        return RunOnce(inputs, device);
    }

    private void PreparePool(IReadOnlyList<Tensor> seen, Device device)
    {
        if (!Posterior.IsPooled) return;
        var made = new ChildPool(Posterior, Info ?? throw NotPrepared(), Inputs);
        Run("network of children", inputs =>
        {
            made.Prepare(inputs, dtype, device);
            return made;
        }, seen);
        pool = made;
        if (Posterior.Each is not null) return;
        var parts = new EncoderScope();
        foreach (var (plates, part) in pool.Networks) parts.register_module(plates, part);
        register_module("children", parts);
    }

    private void CreateNetwork(long inputs, Device device)
    {
        if (Posterior.Hidden.Count == 0) return;
        register_module("network", network = Perceptron.Create(inputs, Posterior.Hidden, dtype, device));
    }

    private long RunOnce(IReadOnlyList<Tensor> inputs, Device device)
    {
        if (network is null) return inputs[0].shape[^1];
        network.to(device, dtype);
        using var evaluation = new EvaluationMode(network);
        var features = Run("network", CallNetwork, inputs);
        if (features.dim() == 2 && features.shape[0] == inputs[0].shape[0]) return features.shape[1];
        throw new PplShapeException(
            $"an encoder's network must return [rows, features]; "
            + $"for input {string.Join(" and ", inputs.Select(i => ShapeText.Of(i.shape)))} it returned {ShapeText.Of(features.shape)}.",
            Site);
    }
}
