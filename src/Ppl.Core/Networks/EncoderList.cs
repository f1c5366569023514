using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>
/// The encoders of an indexed site <c>h[i]</c>, one for each element; their parameters are named <c>0.network.0.weight</c>, ... Of one that all
/// elements share (<see cref="Posterior.Shared"/>) they are named <c>shared.network.0.weight</c>, ...
/// </summary>
public sealed class EncoderList : Module
{
    private readonly List<Encoder> encoders = [];
    private readonly PosteriorList? posteriors;
    private readonly string? site;
    private SharedEncoder? shared;

    /// <summary>Creates the encoders.</summary>
    /// <param name="posteriors">The families of the elements' factors; the default of each when null.</param>
    /// <param name="count">How many elements there are.</param>
    /// <param name="site">The latent's name, for messages.</param>
    /// <exception cref="PplArgumentException">There are more or fewer posteriors than elements, or one network is to serve all.</exception>
    public EncoderList(PosteriorList? posteriors, int count, string? site = null) : base("EncoderList")
    {
        (this.posteriors, this.site) = (posteriors, site);
        Resize(count);
    }

    /// <summary>A list that gets its encoders once their number is known.</summary>
    /// <param name="posteriors">The families of the elements' factors; the default of each when null.</param>
    /// <param name="site">The latent's name, for messages.</param>
    internal EncoderList(PosteriorList? posteriors, string site) : base("EncoderList") => (this.posteriors, this.site) = (posteriors, site);

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

    /// <summary>The families that so many elements have.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="PplArgumentException">There are more or fewer posteriors than elements, or one network is to serve all.</exception>
    internal IReadOnlyList<Posterior?> Families(int count) => count == 0 ? Array.Empty<Posterior?>() : PosteriorList.For(posteriors, count, site);

    /// <summary>Makes new encoders in the place of all that there are.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="PplArgumentException">There are more or fewer posteriors than elements, or one network is to serve all.</exception>
    internal void Resize(int count)
    {
        var all = Families(count);
        for (var i = 0; i < encoders.Count; i++) register_module(Name(i), null!);
        encoders.Clear();
        if (shared is not null) register_module("shared", null!);
        shared = all is [{ SharedUnits: not null } one, ..] ? new SharedEncoder(one) : null;
        if (shared is not null) register_module("shared", shared);
        for (var i = 0; i < all.Count; i++) Add(new Encoder(all[i], i, shared));
    }

    /// <summary>Adds the encoder of the next element.</summary>
    /// <param name="encoder">The encoder.</param>
    public void Add(Encoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        register_module(Name(encoders.Count), encoder);
        encoders.Add(encoder);
    }

    private static string Name(int element) => element.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
