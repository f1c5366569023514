using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>The last layer of an encoder, of any family. Derive from <see cref="Head{TDistribution}"/>.</summary>
public abstract class Head : nn.Module
{
    private protected Head(string name) : base(name)
    {
    }

    /// <summary>The standard deviation of each coordinate at the start.</summary>
    internal double InitialScale { get; set; } = 1;

    /// <summary>What is added to each coordinate's location at the start.</summary>
    internal double InitialLocation { get; set; }

    /// <summary>
    /// Whether standard deviations do not follow the features at the start: where these are values of latents as they are, with standard deviations
    /// that follow others in turn, a chain of them is a tower of exponentials.
    /// </summary>
    internal bool StartsLevel { get; set; }

    /// <summary>Whether <see cref="InitialScale"/> may be other than 1.</summary>
    internal virtual bool HasScale => false;

    /// <summary>Whether <see cref="InitialLocation"/> may be other than 0: the first outputs, one for each number, are locations.</summary>
    internal virtual bool HasLocation => HasScale;

    /// <summary>
    /// Takes from the model's distribution of the latent what its event does not tell, such as the number of categories or the bounds of the
    /// support; called once, before <see cref="Prepare"/>. Does nothing by default.
    /// </summary>
    /// <param name="model">The model's distribution at a draw from the prior; of the family that names this head.</param>
    public virtual void Adapt(Distribution model)
    {
    }

    /// <summary>Creates the layer's parameters, in place of those of an earlier call: one with data that turned out not to fit.</summary>
    /// <param name="features">The number of features; 0 for a latent without inputs, whose parameters are free.</param>
    /// <param name="eventShape">The latent's event: its shape without the rows.</param>
    /// <param name="dtype">The parameters' dtype.</param>
    /// <param name="device">The parameters' device.</param>
    /// <exception cref="PplShapeException">The family cannot have this event.</exception>
    public abstract void Prepare(long features, IReadOnlyList<long> eventShape, ScalarType dtype, Device device);

    /// <summary>The distribution, over the features' rows.</summary>
    /// <param name="features">[rows, features].</param>
    internal abstract Distribution ForwardAny(Tensor features);
}

/// <summary>The last layer of an encoder: turns features into a distribution's parameters, each in its domain.</summary>
/// <typeparam name="TDistribution">The family. Its <see cref="FamilyAttribute.Head"/> names the head that encoders use by
/// default.</typeparam>
/// <param name="name">The module's name.</param>
public abstract class Head<TDistribution>(string name) : Head(name) where TDistribution : Distribution
{
    /// <summary>The distribution, over the features' rows.</summary>
    /// <param name="features">[rows, features].</param>
    public abstract TDistribution Forward(Tensor features);

    internal override Distribution ForwardAny(Tensor features) => Forward(features);

    /// <summary>The number of elements of an event.</summary>
    /// <param name="eventShape">The event.</param>
    protected static long Count(IReadOnlyList<long> eventShape) => eventShape.Aggregate(1L, (product, size) => product * size);
}
