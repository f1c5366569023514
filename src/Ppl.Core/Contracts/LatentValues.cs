using System.Collections;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Where each latent stands in the list of a model's latents: variables in the order of the model, elements by index.</summary>
internal sealed class Slots
{
    private readonly IReadOnlyList<int> lengths;
    private readonly int[] first;

    public Slots(IGeneratedModel model, IReadOnlyList<int> data)
    {
        lengths = model.Lengths(data);
        first = new int[lengths.Count + 1];
        for (var i = 0; i < lengths.Count; i++) first[i + 1] = first[i] + lengths[i];
    }

    /// <summary>All latents, elements counted one by one.</summary>
    public int Count => first[^1];

    /// <summary>Refuses a model whose arrays have other lengths now.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The lengths read off the data.</param>
    /// <exception cref="PplArgumentException">The message names the array and both lengths.</exception>
    public void Require(IGeneratedModel model, IReadOnlyList<int> data)
    {
        if (!model.Plan.HasArrays) return;
        var now = model.Lengths(data);
        for (var slot = 0; slot < lengths.Count; slot++)
        {
            if (now[slot] == lengths[slot]) continue;
            var name = model.Plan.Latents.First(site => site.Slot == slot).Name;
            throw new PplArgumentException(
                $"it had {lengths[slot]} elements when the guide was made, and has {now[slot]} now that a field of {model.Plan.Model} has changed: "
                + "make a new guide for this model.",
                name);
        }
    }

    public int Of(SiteInfo site) => first[site.Slot] + (site.Element ?? 0);

    /// <summary>The first of a variable's places, and how many there are.</summary>
    public (int Start, int Length) Of(int slot) => (first[slot], first[slot + 1] - first[slot]);

    /// <summary>A site of each latent, in their order: of one that several arms draw, the first.</summary>
    public static IEnumerable<SiteInfo> SitesOf(IGeneratedModel model, IReadOnlyList<int> data)
    {
        var lengths = model.Lengths(data);
        foreach (var site in model.Plan.Latents.GroupBy(site => site.Slot).OrderBy(sites => sites.Key).Select(sites => sites.First()))
        {
            if (!site.IsIndexed) yield return site;
            else for (var i = 0; i < lengths[site.Slot]; i++) yield return site.At(i);
        }
    }
}

/// <summary>
/// A value for each latent of a model: a list in the order of the model, elements of an indexed latent by index. It has null for a latent that a run
/// does not reach.
/// </summary>
public sealed class LatentValues : IReadOnlyList<Tensor>
{
    private readonly Slots slots;
    private readonly IReadOnlyList<Tensor> values;

    /// <summary>Puts values in their places.</summary>
    /// <param name="model">The model.</param>
    /// <param name="values">One for each latent, elements one by one; null where it is not reached.</param>
    /// <param name="lengths">The lengths that the model reads off its data, in the order of the plan; none when null.</param>
    /// <exception cref="PplArgumentException">There are too few or too many.</exception>
    public LatentValues(IGeneratedModel model, IReadOnlyList<Tensor> values, IReadOnlyList<int>? lengths = null)
        : this(model ?? throw new ArgumentNullException(nameof(model)), new Slots(model, lengths ?? []), values, lengths ?? [])
    {
    }

    internal LatentValues(IGeneratedModel model, Slots slots, IReadOnlyList<Tensor> values, IReadOnlyList<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(values);
        (this.slots, this.values, Lengths) = (slots, values, lengths);
        if (values.Count != slots.Count)
        {
            throw new PplArgumentException(
                $"{model.Plan.Model} has {slots.Count} latents ({string.Join(", ", model.LatentNames(lengths))}); {values.Count} values were given.");
        }
    }

    /// <summary>The lengths read off the data at which the latents are as many.</summary>
    internal IReadOnlyList<int> Lengths { get; }

    /// <summary>What the model records beside them at the data, of a guide's posterior.</summary>
    public RecordedValues Deterministics { get; init; } = RecordedValues.None;

    /// <inheritdoc/>
    public int Count => values.Count;

    /// <inheritdoc/>
    public Tensor this[int index] => values[index];

    /// <summary>The value of a latent that is not indexed.</summary>
    /// <param name="slot">Its position among the latents' variables.</param>
    public Tensor Value(int slot) => values[slots.Of(slot).Start];

    /// <summary>The values of an indexed latent.</summary>
    /// <param name="slot">Its position among the latents' variables.</param>
    public IReadOnlyList<Tensor> Elements(int slot)
    {
        var (start, length) = slots.Of(slot);
        return [.. values.Skip(start).Take(length)];
    }

    /// <summary>The value of a site.</summary>
    /// <param name="site">The site, of an indexed latent the element.</param>
    public Tensor Of(SiteInfo site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return values[slots.Of(site)];
    }

    /// <inheritdoc/>
    public IEnumerator<Tensor> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The shapes.</summary>
    public override string ToString() => string.Join(", ", values.Select(z => z is null ? "none" : Shapes.ShapeText.Of(z.shape)));

    /// <summary>The values after a map, none where there is none.</summary>
    internal IReadOnlyList<Tensor> Each(Func<Tensor, Tensor> map) => [.. values.Select(z => z is null ? null! : map(z))];

    /// <summary>The value of a site that a run has come to.</summary>
    /// <exception cref="PplArgumentException">There is none.</exception>
    internal Tensor Require(SiteInfo site) => Of(site) ?? throw new PplArgumentException(
        $"no value is given for it, and this run reaches {site}.", site.Name);

    /// <summary>Refuses values that a run had no use for: they belong to a model with other fields.</summary>
    /// <param name="run">What the run came to; null where every run reaches everything.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="PplArgumentException">The message names the latent and its condition.</exception>
    internal void RequireReached(Reach? run, IGeneratedModel model)
    {
        if (run is null) return;
        if (Slots.SitesOf(model, Lengths).FirstOrDefault(site => Of(site) is not null && !run.Draws(site)) is not { } unused) return;
        throw new PplArgumentException($"a value is given for it, and this run does not reach {unused}: give null.", unused.Name);
    }
}
