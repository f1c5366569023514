using System.Runtime.CompilerServices;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// What a draw y = T(x) remembers: T and x, so that log q at the very draw takes x as it is and inverts nothing, which rounding could not undo
/// where T saturates.
/// </summary>
/// <remarks>
/// The memory belongs to the tensor object that was drawn, and lives as long as it does; views that fold and unfold particles
/// (<see cref="Contracts.Rows"/>) hand it on. Any distribution with an equal transform may use it, the model's as well as the guide's. A copy,
/// a detached tensor, a leaf made of a draw or a value after <c>requires_grad_()</c> has no memory, and is inverted: a partial derivative at it
/// is then that of the whole log-density. The gradient at a remembered draw runs along x, which is the same in total.
/// </remarks>
internal static class DrawMemory
{
    private static readonly ConditionalWeakTable<Tensor, Entry> Entries = [];

    private sealed record Entry(Transform Transform, Tensor Argument);

    /// <summary>Notes that <paramref name="draw"/> is T(<paramref name="argument"/>).</summary>
    /// <returns>The draw.</returns>
    public static Tensor Remember(Tensor draw, Transform transform, Tensor argument)
    {
        if (!ReferenceEquals(draw, argument)) Entries.AddOrUpdate(draw, new(transform, argument));
        return draw;
    }

    /// <summary>x of y = T(x): the remembered one, or T⁻¹(y).</summary>
    public static Tensor Invert(Tensor value, Transform transform) => Recall(value, transform) ?? transform.Inverse(value);

    /// <summary>The remembered x of y = T(x), or null.</summary>
    public static Tensor? Recall(Tensor value, Transform transform)
        => Find(value) is { } entry && entry.Transform.Equals(transform) ? entry.Argument : null;

    /// <summary>Hands the memory of a draw on to a view of it.</summary>
    /// <param name="draw">The draw.</param>
    /// <param name="view">The same elements with other leading dimensions.</param>
    /// <param name="again">Makes the same view of x.</param>
    /// <returns>The view.</returns>
    public static Tensor Carry(Tensor draw, Tensor view, Func<Tensor, Tensor> again)
        => Find(draw) is { } entry ? Remember(view, entry.Transform, again(entry.Argument)) : view;

    // An argument whose scope has ended is gone; one whose record of operations differs from the draw's is not what the draw was made of.
    private static Entry? Find(Tensor value) => Entries.TryGetValue(value, out var entry) && !entry.Argument.IsInvalid
        && entry.Argument.requires_grad == value.requires_grad ? entry : null;
}
