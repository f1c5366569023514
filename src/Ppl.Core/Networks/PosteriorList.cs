using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl;

/// <summary>
/// The families of an indexed latent's factors: one for all elements, <c>CreateGuide(h: Posterior.FullCovariance())</c>, or one for each,
/// <c>CreateGuide(h: [first, second])</c>, of posteriors or networks; null stands for the default.
/// </summary>
[CollectionBuilder(typeof(PosteriorList), nameof(Create))]
public sealed class PosteriorList : IReadOnlyList<Posterior?>
{
    private readonly Posterior?[] elements;
    private readonly bool isForAll;

    private PosteriorList(Posterior?[] elements, bool isForAll) => (this.elements, this.isForAll) = (elements, isForAll);

    /// <inheritdoc/>
    public int Count => elements.Length;

    /// <inheritdoc/>
    public Posterior? this[int index] => elements[index];

    /// <summary>One for each element.</summary>
    /// <param name="elements">In the order of the elements.</param>
    public static PosteriorList Create(ReadOnlySpan<Posterior?> elements) => new(elements.ToArray(), false);

    /// <summary>One for all elements.</summary>
    /// <param name="posterior">The family of each.</param>
    public static implicit operator PosteriorList?(Posterior? posterior) => From(posterior);

    /// <summary>A feature network for each element.</summary>
    /// <param name="networks">In the order of the elements.</param>
    public static implicit operator PosteriorList?(Module<Tensor, Tensor>?[]? networks) => From(networks);

    /// <summary>One for all elements; null for null.</summary>
    /// <param name="posterior">The family of each.</param>
    public static PosteriorList? From(Posterior? posterior) => posterior is null ? null : new([posterior], true);

    /// <summary>A feature network for each element; null for null.</summary>
    /// <param name="networks">In the order of the elements.</param>
    public static PosteriorList? From(Module<Tensor, Tensor>?[]? networks) =>
        networks is null ? null : new([.. networks.Select(network => (Posterior?)network)], false);

    /// <inheritdoc/>
    public IEnumerator<Posterior?> GetEnumerator() => elements.AsEnumerable().GetEnumerator();

    /// <summary>The families: <c>[Diagonal, FullCovariance]</c>, or <c>Diagonal for all</c>.</summary>
    public override string ToString() =>
        isForAll ? $"{elements[0]} for all" : $"[{string.Join(", ", elements.Select(e => e?.ToString() ?? "Default"))}]";

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One for each of some elements.</summary>
    /// <param name="list">What was given; null for the default of each.</param>
    /// <param name="count">How many elements there are.</param>
    /// <param name="site">The latent's name.</param>
    /// <exception cref="PplArgumentException">There are more or fewer, or one network is to serve all.</exception>
    internal static IReadOnlyList<Posterior?> For(PosteriorList? list, int count, string? site)
    {
        if (list is null) return new Posterior?[count];
        if (!list.isForAll)
        {
            if (list.Any(posterior => posterior?.SharedUnits is not null))
                throw new PplArgumentException("Shared() is one encoder for all elements: give it once, and not in a list.", site);
            return list.Count == count ? list
                : throw new PplArgumentException($"{list.Count} networks are given for {count} elements.", site);
        }

        if (count > 1 && (list[0] is { Network: not null, SharedUnits: null } || list[0]?.Each is not null))
        {
            throw new PplArgumentException(
                $"one network is given for all {count} elements: list one for each, share it (Shared), or leave it out.", site);
        }

        return [.. Enumerable.Repeat(list[0], count)];
    }
}
