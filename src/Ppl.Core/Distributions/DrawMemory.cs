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
/// is then that of the whole log-density; so is a draw that has been changed in place since, and one of a map whose parameters have. The gradient
/// at a remembered draw runs along x, which is the same in total.
/// </remarks>
internal static class DrawMemory
{
    private static readonly ConditionalWeakTable<Tensor, Entry> Entries = [];

    // State has the draw's numbers and those of the map's parameters, and Volume is log |det ∂y/∂x| where the draw's pass told it.
    private sealed record Entry(Transform Transform, Tensor Argument, bool HasGraph, Snapshot State, Tensor? Volume = null);

    /// <summary>Notes that <paramref name="draw"/> is T(<paramref name="argument"/>).</summary>
    /// <returns>The draw.</returns>
    public static Tensor Remember(Tensor draw, Transform transform, Tensor argument)
        => Noted(draw, transform, argument, null);

    /// <summary>T(<paramref name="argument"/>), which remembers argument and log-determinant.</summary>
    public static Tensor Push(Tensor argument, Transform transform)
    {
        if (!transform.IsJoint) return Remember(transform.Forward(argument), transform, argument);
        var (draw, volume) = transform.ForwardWithVolume(argument);
        return Noted(draw, transform, argument, volume);
    }

    /// <summary>x of y = T(x), the remembered one or T⁻¹(y), with log |det ∂y/∂x|.</summary>
    public static (Tensor Argument, Tensor Volume) Invert(Tensor value, Transform transform)
    {
        if (Recalled(value, transform) is { } entry)
            return (entry.Argument, entry.Volume ?? transform.LogAbsDetJacobian(entry.Argument, value));
        return transform.InverseWithVolume(value);
    }

    /// <summary>The remembered x of y = T(x), or null.</summary>
    public static Tensor? Recall(Tensor value, Transform transform) => Recalled(value, transform)?.Argument;

    /// <summary>Whether x of y = T(x) is remembered.</summary>
    private static Entry? Recalled(Tensor value, Transform transform)
    {
        if (Find(value) is not { } entry || !transform.IsSame(entry.Transform) || !IsAsDrawn(value, entry)) return null;

        // A value without a graph does not move with the map's parameters: log q at it has their derivatives through T⁻¹.
        return value.requires_grad || !is_grad_enabled() || !transform.IsTrained ? entry : null;
    }

    /// <summary>Hands the memory of a draw on to a view of it.</summary>
    /// <param name="draw">The draw.</param>
    /// <param name="view">The same elements with other leading dimensions.</param>
    /// <param name="again">Makes the same view of x; it concerns leading dimensions only.</param>
    /// <returns>The view.</returns>
    public static Tensor Carry(Tensor draw, Tensor view, Func<Tensor, Tensor> again)
    {
        if (ReferenceEquals(draw, view) || Find(draw) is not { } entry) return view;
        Entries.AddOrUpdate(view, entry with { Argument = again(entry.Argument), Volume = entry.Volume is { } volume ? again(volume) : null });
        return view;
    }

    private static Tensor Noted(Tensor draw, Transform transform, Tensor argument, Tensor? volume)
    {
        if (ReferenceEquals(draw, argument)) return draw;
        Entries.AddOrUpdate(draw, new(transform, argument, draw.requires_grad, Taken(draw, transform), volume));
        return draw;
    }

    private static bool IsAsDrawn(Tensor value, Entry entry)
    {
        using var scope = NewDisposeScope();
        return entry.State.Holds(StateOf(value, entry.Transform));
    }

    private static Snapshot Taken(Tensor draw, Transform transform)
    {
        using var scope = NewDisposeScope();
        return Snapshot.Of(StateOf(draw, transform)).MoveToOuterDisposeScope();
    }

    private static List<Tensor> StateOf(Tensor draw, Transform transform) => [draw, .. transform.State];

    // An argument whose scope has ended is gone, and a value whose record of operations has changed since is not what was drawn.
    private static Entry? Find(Tensor value) => Entries.TryGetValue(value, out var entry) && !entry.Argument.IsInvalid
        && entry.Volume is not { IsInvalid: true } && entry.HasGraph == value.requires_grad ? entry : null;
}
