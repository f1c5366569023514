using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// The standard normal numbers that a draw z = m + L ε was made of, so that log q at the very draw takes |ε|² as it is: recomputed as |L⁻¹ (z − m)|²
/// it is only rounding where L is nearly singular.
/// </summary>
/// <remarks>
/// The memory belongs to the tensor that was drawn and to the distribution that drew it; views with other leading dimensions, and vectors read as
/// events of another shape, hand it on. At any other value or distribution there is none, nor where draw or parameters have been changed in place.
/// </remarks>
internal static class NoiseMemory
{
    private static readonly ConditionalWeakTable<Tensor, Entry> Entries = [];

    private sealed record Entry(List<Source> Sources, Tensor[] Noise, Snapshot Draw, bool IsLeaf, bool HasGraph);

    // A distribution, with its parameters at the time.
    private sealed record Source(Distribution Distribution, Snapshot Parameters)
    {
        public static Source Of(Distribution distribution) => new(distribution, Snapshot.Of(ParametersOf(distribution)));

        public bool Is(Distribution other) => ReferenceEquals(Distribution, other) && Parameters.Holds(ParametersOf(other));

        private static List<Tensor> ParametersOf(Distribution distribution)
            => [.. distribution.Parameters.Select(p => p.Value.Tensor).OfType<Tensor>()];
    }

    /// <summary>Notes what a draw was made of.</summary>
    /// <param name="draw">The draw.</param>
    /// <param name="source">The distribution that drew it.</param>
    /// <param name="noise">Standard normal numbers, with the draw's leading dimensions.</param>
    /// <returns>The draw.</returns>
    public static Tensor Remember(Tensor draw, Distribution source, params Tensor[] noise)
    {
        using var grad = no_grad();
        Entries.AddOrUpdate(draw, new([Source.Of(source)], noise, Snapshot.Of(draw), IsLeaf: false, draw.requires_grad));
        return draw;
    }

    /// <summary>What a value was made of, or null where it is no draw of this distribution.</summary>
    /// <param name="value">The value.</param>
    /// <param name="source">The distribution.</param>
    public static Tensor[]? Recall(Tensor value, Distribution source)
        => Find(value) is { } entry && entry.Sources.Exists(one => one.Is(source)) && entry.Draw.Holds(value) ? entry.Noise : null;

    /// <summary>Whether a remembered value's graph runs to the parameters, so that a derivative along it is the total one at fixed noise.</summary>
    /// <param name="value">The value.</param>
    /// <param name="parameters">The distribution's parameters.</param>
    public static bool IsPathwise(Tensor value, params Tensor?[] parameters)
        => Find(value) is { IsLeaf: false } && value.requires_grad == Array.Exists(parameters, p => p is { requires_grad: true });

    /// <summary>Hands the memory on to a view.</summary>
    /// <param name="draw">The draw.</param>
    /// <param name="view">The same numbers.</param>
    /// <param name="again">Makes the same view of the noise; it concerns leading dimensions only.</param>
    /// <returns>The view.</returns>
    public static Tensor Carry(Tensor draw, Tensor view, Func<Tensor, Tensor> again)
    {
        if (!ReferenceEquals(draw, view) && Find(draw) is { } entry)
            Entries.AddOrUpdate(view, entry with { Noise = Array.ConvertAll(entry.Noise, x => again(x)) });
        return view;
    }

    /// <summary>
    /// Hands the memory on to the same value, the very tensor or a leaf of it, under a distribution that was computed again. Where the
    /// computation came out otherwise, as with dropout, nothing is remembered.
    /// </summary>
    /// <param name="draw">The draw.</param>
    /// <param name="value">The draw, or a leaf with its value.</param>
    /// <param name="from">The distribution that drew it.</param>
    /// <param name="to">The same, computed again.</param>
    public static void Restate(Tensor draw, Tensor value, Distribution from, Distribution to)
    {
        var (old, now) = (Inner(from), Inner(to));
        if (Find(draw) is not { } entry || !entry.Sources.Exists(one => one.Is(old)) || !AreEqual(old, now)) return;
        if (ReferenceEquals(draw, value)) entry.Sources.Add(Source.Of(now));
        else Entries.AddOrUpdate(value, new([Source.Of(now)], entry.Noise, entry.Draw, IsLeaf: true, value.requires_grad));
    }

    /// <summary>x − x without a gradient of the second: 0 with the derivative of x.</summary>
    public static Tensor Differential(Tensor x) => x - x.detach();

    private static Distribution Inner(Distribution distribution) => distribution is Reshaped reshaped ? Inner(reshaped.Base) : distribution;

    private static bool AreEqual(Distribution first, Distribution second)
    {
        using var grad = no_grad();
        var (mine, others) = (Tensors(first), Tensors(second));
        return first.GetType() == second.GetType() && mine.Count == others.Count
            && mine.Zip(others).All(pair => pair.First.shape.AsSpan().SequenceEqual(pair.Second.shape)
                && pair.First.eq(pair.Second).all().ToBoolean());
    }

    private static List<Tensor> Tensors(Distribution distribution)
    {
        var tensors = new List<Tensor> { distribution.Mean };
        _ = distribution.With(tensor =>
        {
            tensors.Add(tensor);
            return tensor;
        });
        return tensors;
    }

    // A value whose record of operations has changed since, or noise whose scope has ended, is not what was noted.
    private static Entry? Find(Tensor value) => Entries.TryGetValue(value, out var entry) && entry.HasGraph == value.requires_grad
        && !Array.Exists(entry.Noise, x => x.IsInvalid) ? entry : null;
}
