using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl;

/// <summary>
/// A feature network of the user's own for an encoder: rows in, rows of features out. A module converts to it, so that it is written as the
/// module: <c>Posterior.Diagonal(Sequential(...))</c>.
/// </summary>
/// <remarks>
/// A module of one tensor gets a single input as it is, so that convolutions work; several inputs it gets flattened to [rows, −1] and
/// concatenated. A module of two or three tensors, and a function, get each input as it is: [rows, ...]. Of a latent in several plates all
/// plates together are the rows.
/// </remarks>
public sealed class FeatureNetwork
{
    private readonly Func<IReadOnlyList<Tensor>, Tensor> call;

    private FeatureNetwork(nn.Module module, int? arity, Func<IReadOnlyList<Tensor>, Tensor> call)
    {
        ArgumentNullException.ThrowIfNull(module);
        (Module, Arity, this.call) = (module, arity, call);
    }

    /// <summary>What is trained, moved and saved: the encoder's parameters <c>network.*</c>.</summary>
    public nn.Module Module { get; }

    /// <summary>How many tensors it takes; null for a function, which takes what there is.</summary>
    internal int? Arity { get; }

    /// <summary>Whether it takes one tensor, made of all inputs.</summary>
    internal bool Joins => Arity == 1;

    /// <summary>A function of the inputs, each as it is.</summary>
    /// <param name="features">From the inputs in the order of the guide's step, [rows, ...] each, to [rows, features].</param>
    /// <param name="module">Holds the parameters that the function uses.</param>
    public static FeatureNetwork Of(Func<IReadOnlyList<Tensor>, Tensor> features, nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new(module, null, features);
    }

    /// <summary>A network of one tensor.</summary>
    /// <param name="network">[rows, ...] to [rows, features].</param>
    public static implicit operator FeatureNetwork?(Module<Tensor, Tensor>? network) => From(network);

    /// <summary>A network of two tensors, which it gets as they are.</summary>
    /// <param name="network">Two times [rows, ...] to [rows, features].</param>
    public static implicit operator FeatureNetwork?(Module<Tensor, Tensor, Tensor>? network) => From(network);

    /// <summary>A network of three tensors, which it gets as they are.</summary>
    /// <param name="network">Three times [rows, ...] to [rows, features].</param>
    public static implicit operator FeatureNetwork?(Module<Tensor, Tensor, Tensor, Tensor>? network) => From(network);

    /// <summary>A network of one tensor; null for null.</summary>
    /// <param name="network">[rows, ...] to [rows, features].</param>
    public static FeatureNetwork? From(Module<Tensor, Tensor>? network) =>
        network is null ? null : new(network, 1, inputs => network.call(inputs[0]));

    /// <summary>A network of two tensors, which it gets as they are; null for null.</summary>
    /// <param name="network">Two times [rows, ...] to [rows, features].</param>
    public static FeatureNetwork? From(Module<Tensor, Tensor, Tensor>? network) =>
        network is null ? null : new(network, 2, inputs => network.call(inputs[0], inputs[1]));

    /// <summary>A network of three tensors, which it gets as they are; null for null.</summary>
    /// <param name="network">Three times [rows, ...] to [rows, features].</param>
    public static FeatureNetwork? From(Module<Tensor, Tensor, Tensor, Tensor>? network) =>
        network is null ? null : new(network, 3, inputs => network.call(inputs[0], inputs[1], inputs[2]));

    /// <summary>The features.</summary>
    /// <param name="inputs">One tensor for each input, or one made of all.</param>
    internal Tensor Call(IReadOnlyList<Tensor> inputs) => call(inputs);

    /// <summary>The module's name.</summary>
    public override string ToString() => Module.GetName();
}
