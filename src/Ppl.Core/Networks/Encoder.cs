using System.Reflection;
using Ppl.Distributions;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>An encoder without its family: what code that works for any latent needs.</summary>
/// <param name="name">The module's name.</param>
public abstract class Encoder(string name) : Module(name)
{
    /// <summary>The distribution given the inputs.</summary>
    /// <param name="inputs">One tensor for each input, all with the same rows.</param>
    /// <param name="rows">The number of rows, which a latent without inputs cannot learn from them.</param>
    public abstract Distribution EncodeAny(IReadOnlyList<Tensor> inputs, long rows);

    /// <summary>Whether the encoder has been sized.</summary>
    public bool IsPrepared { get; private protected set; }

    /// <summary>Gives up what sizing made, so that other data can size the encoder. A network of the user's own stays.</summary>
    internal abstract void Release();

    /// <summary>The latent's name, which the guide tells, for messages.</summary>
    internal string? Site { get; set; }

    /// <summary>The model's number type, which the guide tells: data of integers alone do not show it.</summary>
    internal ScalarType? NumberType { get; set; }

    /// <summary>The model's device, which the guide tells: a latent without inputs has no other way to know it.</summary>
    internal Device? Device { get; set; }
}

/// <summary>Amortizes one latent: inputs → feature network → head → q(latent | inputs).</summary>
/// <typeparam name="TDistribution">The guide's family for the latent.</typeparam>
/// <remarks>
/// The default network is a perceptron with one hidden layer of 400 rectified units. It is sized by
/// <see cref="Prepare(IReadOnlyList{Tensor}, long[], Distribution)"/>; until then the encoder has no parameters. One input goes to the
/// user's own network as it is, so that convolutions work; several inputs, and any input of the default network, are flattened to
/// [rows, −1] and concatenated. Parameters are named <c>network.0.weight</c>, ..., <c>head.linear.weight</c>.
/// <para>
/// A latent that depends on nothing that could be seen has no inputs, and then no network: q(latent) is the same in every row, and its
/// parameters are free.
/// </para>
/// </remarks>
public sealed class Encoder<TDistribution> : Encoder where TDistribution : Distribution
{
    private static readonly long[] DefaultHidden = [400];

    private readonly IReadOnlyList<long> hidden;
    private readonly bool isOwn;
    private readonly bool isOwnHead;
    private Head<TDistribution> head;
    private Module<Tensor, Tensor>? network;
    private ScalarType dtype;
    private long width;

    /// <summary>Creates an encoder.</summary>
    /// <param name="network">The feature network: rows in, rows out; the default perceptron when null.</param>
    /// <param name="hidden">The default perceptron's hidden sizes; [400] when null. An empty list leaves the head alone: a linear
    /// encoder.</param>
    /// <param name="head">The last layer; the one that the family's <see cref="FamilyAttribute"/> names when null.</param>
    /// <exception cref="PplArgumentException">Both a network and hidden sizes are given, or the family has no head.</exception>
    public Encoder(Module<Tensor, Tensor>? network = null, IReadOnlyList<long>? hidden = null, Head<TDistribution>? head = null)
        : base("Encoder")
    {
        if (network is not null && hidden is not null)
            throw new PplArgumentException("An encoder takes its own network or hidden sizes for the default one, not both.");
        this.hidden = hidden ?? DefaultHidden;
        this.network = network;
        isOwn = network is not null;
        if (network is not null) register_module("network", network);
        isOwnHead = head is not null;
        this.head = head ?? CreateHead();
        register_module("head", this.head);
    }

    /// <summary>The feature network; null before the default one is sized, and for a linear encoder.</summary>
    public Module<Tensor, Tensor>? Network => network;

    /// <summary>The last layer.</summary>
    public Head<TDistribution> Head => head;

    /// <summary>
    /// Sizes the encoder. A second call does nothing. The user's own network runs once, without gradient, in evaluation mode.
    /// </summary>
    /// <param name="inputs">Inputs as <see cref="Encode(Tensor)"/> will get them, with any number of rows; none for
    /// <see cref="Encode(long)"/>.</param>
    /// <param name="eventShape">The latent's event: its shape without the rows.</param>
    /// <param name="model">The model's distribution of the latent, where its head must know more than the event (categories).</param>
    /// <exception cref="PplArgumentException">A network is given for a latent without inputs.</exception>
    /// <exception cref="PplShapeException">The network does not return rows of features.</exception>
    public void Prepare(IReadOnlyList<Tensor> inputs, long[] eventShape, Distribution? model = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(eventShape);
        if (IsPrepared) return;
        dtype = NumberType ?? inputs.FirstOrDefault(t => t.is_floating_point())?.dtype ?? get_default_dtype();
        var device = inputs.Count > 0 ? inputs[0].device : Device ?? get_default_device();
        if (model is not null) head.Adapt(model);
        using (NewDisposeScope())
        using (no_grad())
        {
            head.Prepare(inputs.Count > 0 ? PrepareNetwork(inputs, device) : NoFeatures(), eventShape, dtype, device);
            foreach (var parameter in parameters()) parameter.DetachFromDisposeScope();
            foreach (var buffer in buffers()) buffer.DetachFromDisposeScope();
        }

        IsPrepared = true;
    }

    /// <summary>q(latent | input).</summary>
    /// <param name="input">[rows, ...].</param>
    public TDistribution Encode(Tensor input) => Forward(isOwn ? input : Flatten(input));

    /// <summary>q(latent), the same in every row: for a latent without inputs.</summary>
    /// <param name="rows">The number of rows.</param>
    public TDistribution Encode(long rows) => Forward(empty([rows, 0]));

    /// <summary>q(latent | first, second).</summary>
    /// <param name="first">[rows, ...].</param>
    /// <param name="second">[rows, ...].</param>
    public TDistribution Encode(Tensor first, Tensor second) => Forward(cat([Flatten(first), Flatten(second)], -1));

    /// <summary>q(latent | inputs).</summary>
    /// <param name="inputs">Tensors with the same rows.</param>
    public TDistribution Encode(params Tensor[] inputs) => Forward(Join(inputs));

    /// <inheritdoc/>
    public override Distribution EncodeAny(IReadOnlyList<Tensor> inputs, long rows)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Count > 0 ? Forward(Join(inputs)) : Encode(rows);
    }

    internal override void Release()
    {
        IsPrepared = false;
        if (!isOwn && network is not null)
        {
            register_module("network", null!);
            network.Dispose();
            network = null;
        }

        // A head of the user's own makes its parameters anew when it is prepared again.
        if (isOwnHead) return;
        register_module("head", null!);
        head.Dispose();
        head = CreateHead();
        register_module("head", head);
    }

    private TDistribution Forward(Tensor input)
    {
        if (!IsPrepared) throw new PplArgumentException("An encoder was called before it was sized: call Prepare on its guide.");
        if (!isOwn && input.shape[^1] != width)
        {
            throw new PplShapeException(
                $"its encoder was sized for inputs of {width} numbers a row, and got {input.shape[^1]}: {ShapeText.Of(input.shape)}.", Site);
        }

        return Run("head", head.Forward, network is null ? input : Run("network", network.call, input));
    }

    private T Run<T>(string part, Func<Tensor, T> forward, Tensor input)
    {
        try
        {
            return forward(input);
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault))
        {
            throw LibraryFault.InEncoder(fault, Site, part, input);
        }
    }

    private Tensor Join(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0) throw new PplArgumentException("An encoder needs at least one input.");
        if (inputs.Count == 1) return isOwn ? inputs[0] : Flatten(inputs[0]);
        return cat([.. inputs.Select(Flatten)], -1);
    }

    private Tensor Flatten(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var real = input.is_floating_point() ? input : input.to(dtype);
        return real.dim() switch
        {
            2 => real,
            1 => real.unsqueeze(-1),
            0 => throw new PplShapeException("an encoder's input is a single number; it needs rows.", Site),
            _ => real.flatten(1),
        };
    }

    private long PrepareNetwork(IReadOnlyList<Tensor> inputs, Device device)
    {
        // A prior without parameters draws the default type, whatever the data's.
        var input = isOwn ? Join(inputs) : Join(inputs).to(dtype);
        width = input.shape[^1];
        if (!isOwn) CreateNetwork(width, device);
        return RunOnce(input, device);
    }

    private long NoFeatures() => isOwn
        ? throw new PplArgumentException(
            "the guide has nothing to see for this latent, since nothing in the model connects it with data: its parameters are free, and "
            + "a network has no input. Leave the network out.",
            Site)
        : 0;

    private void CreateNetwork(long inputs, Device device)
    {
        if (hidden.Count == 0) return;
        var layers = new List<Module<Tensor, Tensor>>();
        foreach (var size in hidden)
        {
            layers.Add(Linear(inputs, size, device: device, dtype: dtype));
            layers.Add(ReLU());
            inputs = size;
        }

        network = Sequential(layers);
        register_module("network", network);
    }

    private long RunOnce(Tensor input, Device device)
    {
        if (network is null) return input.shape[^1];
        network.to(device, dtype);
        using var evaluation = new EvaluationMode(network);
        var features = Run("network", network.call, input);
        if (features.dim() == 2 && features.shape[0] == input.shape[0]) return features.shape[1];
        throw new PplShapeException(
            $"an encoder's network must return [rows, features]; "
            + $"for input {ShapeText.Of(input.shape)} it returned {ShapeText.Of(features.shape)}.",
            Site);
    }

    private static Head<TDistribution> CreateHead()
    {
        var type = typeof(TDistribution).GetCustomAttribute<FamilyAttribute>()?.Head;
        return type is not null && Activator.CreateInstance(type) is Head<TDistribution> created
            ? created
            : throw new PplArgumentException(
                $"{typeof(TDistribution).Name} names no head in its Family attribute, so no encoder can produce it.");
    }
}

/// <summary>
/// The encoders of an indexed site <c>h[i]</c>, one for each element; their parameters are named <c>0.network.0.weight</c>, ...
/// </summary>
/// <typeparam name="TDistribution">The guide's family for the elements.</typeparam>
public sealed class EncoderList<TDistribution> : Module where TDistribution : Distribution
{
    private readonly List<Encoder<TDistribution>> encoders = [];

    /// <summary>Creates the encoders.</summary>
    /// <param name="networks">A feature network for each element, null for a default one.</param>
    public EncoderList(params IReadOnlyList<Module<Tensor, Tensor>?> networks) : base("EncoderList")
    {
        ArgumentNullException.ThrowIfNull(networks);
        foreach (var network in networks) Add(new Encoder<TDistribution>(network));
    }

    /// <summary>Creates encoders whose last layers are not those that the family names.</summary>
    /// <param name="head">Makes the last layer of one encoder; called once for each element.</param>
    /// <param name="networks">A feature network for each element, null for a default one.</param>
    public EncoderList(Func<Head<TDistribution>> head, params IReadOnlyList<Module<Tensor, Tensor>?> networks) : base("EncoderList")
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(networks);
        foreach (var network in networks) Add(new Encoder<TDistribution>(network, head: head()));
    }

    /// <summary>Creates encoders with default networks.</summary>
    /// <param name="count">How many.</param>
    public EncoderList(int count) : this(new Module<Tensor, Tensor>?[count])
    {
    }

    /// <summary>The number of elements.</summary>
    public int Count => encoders.Count;

    /// <summary>The encoder of one element.</summary>
    /// <param name="index">The element's index.</param>
    public Encoder<TDistribution> this[int index] => encoders[index];

    /// <summary>Adds the encoder of the next element.</summary>
    /// <param name="encoder">The encoder.</param>
    public void Add(Encoder<TDistribution> encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        register_module(encoders.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), encoder);
        encoders.Add(encoder);
    }
}
