using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>
/// The encoders of an indexed site <c>h[i]</c>, one for each element; their parameters are named <c>0.network.0.weight</c>, ... Of one that all
/// elements share (<see cref="Posterior.Shared"/>) they are named <c>shared.network.0.weight</c>, ...
/// </summary>
public sealed class EncoderList : Module
{
    private readonly List<Encoder> encoders = [];
    private readonly SharedEncoder? shared;

    /// <summary>Creates the encoders.</summary>
    /// <param name="posteriors">The families of the elements' factors; the default of each when null.</param>
    /// <param name="count">How many elements there are.</param>
    /// <param name="site">The latent's name, for messages.</param>
    /// <exception cref="PplArgumentException">There are more or fewer posteriors than elements, or one network is to serve all.</exception>
    public EncoderList(PosteriorList? posteriors, int count, string? site = null) : base("EncoderList")
    {
        var each = PosteriorList.For(posteriors, count, site);
        if (each is [{ SharedUnits: not null } all, ..]) register_module("shared", shared = new SharedEncoder(all));
        for (var i = 0; i < each.Count; i++) Add(new Encoder(each[i], i, shared));
    }

    /// <summary>Creates encoders of the default family with default networks.</summary>
    /// <param name="count">How many.</param>
    public EncoderList(int count) : this(null, count)
    {
    }

    /// <summary>The encoder that all elements share; null where each has its own.</summary>
    public SharedEncoder? Shared => shared;

    /// <summary>The number of elements.</summary>
    public int Count => encoders.Count;

    /// <summary>The encoder of one element.</summary>
    /// <param name="index">The element's index.</param>
    public Encoder this[int index] => encoders[index];

    /// <summary>Adds the encoder of the next element.</summary>
    /// <param name="encoder">The encoder.</param>
    public void Add(Encoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        register_module(encoders.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), encoder);
        encoders.Add(encoder);
    }
}
