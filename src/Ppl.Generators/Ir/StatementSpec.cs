namespace Ppl.Generators.Ir;

/// <summary>Why no gradient passes where a value is read.</summary>
internal enum StopKind
{
    /// <summary>The layout of a tensor is asked for, never its values.</summary>
    Layout,

    /// <summary>The user stops the gradient by name.</summary>
    Detached,

    /// <summary>The result is a number, whole, Boolean, or constant but for jumps.</summary>
    Flat,
}

/// <summary>An operation that no gradient passes.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Operation">Its name.</param>
/// <param name="Anchor">Its place.</param>
internal sealed record GradientStop(StopKind Kind, string Operation, int Anchor)
{
    /// <summary>What stops the gradient through two operations, the one nearer to the value first.</summary>
    public static GradientStop? Through(GradientStop? inner, GradientStop? outer) =>
        inner is null ? outer : outer?.Kind == StopKind.Layout ? outer : inner;

    /// <summary>What stops the gradient where a value arrives by two ways: nothing, if one of them is free; values say more than a layout.</summary>
    public static GradientStop? Best(GradientStop? a, GradientStop? b) =>
        a is null || b is null ? null : a.Kind == StopKind.Layout ? b : a;
}

/// <summary>A variable's value is used. <paramref name="Index"/> is null when the whole of it may be.</summary>
internal sealed record Read(int Variable, IndexSpec? Index)
{
    /// <summary>What keeps the gradient from passing here; null where it passes.</summary>
    public GradientStop? Stop { get; init; }

    /// <summary>Of several slices of data the position after the last; <see cref="Index"/> is the first. Null for one element, or all.</summary>
    public IndexSpec? End { get; init; }

    /// <summary>The tensor of integers that picks rows of the leading dimension, <c>county</c> of <c>alpha[county]</c>; null without one.</summary>
    public int? By { get; init; }

    /// <summary>Where an index picks; 0 elsewhere.</summary>
    public int Anchor { get; init; }
}

/// <summary>A statement changes a local: its new value depends on what is read.</summary>
/// <param name="Variable">The local.</param>
/// <param name="Index">The element of an array that changes; null when the whole local does.</param>
/// <param name="Keeps">Whether the old value still matters: a branch may be skipped, or only a part is written.</param>
/// <param name="Reads">What the new value is computed from.</param>
internal sealed record Flow(int Variable, IndexSpec? Index, bool Keeps, EquatableArray<Read> Reads);

/// <summary>A statement of the model's body.</summary>
/// <param name="Anchor">Its place in the user's file: a number that the line map turns into a span.</param>
internal abstract record StatementSpec(int Anchor);

/// <summary>A statement without sites, kept as it is.</summary>
/// <param name="Anchor">The statement's place.</param>
/// <param name="Text">The statement as the user wrote it.</param>
/// <param name="Flows">What it changes.</param>
/// <param name="Others">All that it reads, also where nothing in the model changes by it: an argument check, a line of output.</param>
internal record CarriedStatement(int Anchor, TextSpec Text, EquatableArray<Flow> Flows, EquatableArray<Read> Others) : StatementSpec(Anchor);

/// <summary>
/// A site: <c>var z = Sample(...)</c>, <c>z = Sample(...)</c>, <c>h[i] = Sample(...)</c>, <c>Observe(x, ...)</c>.
/// </summary>
/// <param name="Anchor">The place of the distribution's text.</param>
/// <param name="Site">The site's id.</param>
/// <param name="Target">The left side of a draw: <c>var z</c>, <c>z</c>, <c>h[i]</c>; null for an observed site.</param>
internal sealed record SiteStatement(int Anchor, int Site, TextSpec? Target) : StatementSpec(Anchor);

/// <summary>A plate by number is opened: <c>var county = Plate(size: 85)</c>. Plates of data need no statement.</summary>
/// <param name="Anchor">The place of the size's text.</param>
/// <param name="Plate">The plate.</param>
internal sealed record PlateStatement(int Anchor, int Plate) : StatementSpec(Anchor);

/// <summary>A block of its own, with sites inside.</summary>
internal sealed record BlockStatement(int Anchor, EquatableArray<StatementSpec> Body) : StatementSpec(Anchor);

/// <summary>A <c>for</c> loop with sites inside.</summary>
/// <param name="Anchor">The place of the header.</param>
/// <param name="Header">The header as the user wrote it: <c>for (...)</c>.</param>
/// <param name="Variable">The loop variable.</param>
/// <param name="VariableName">Its name.</param>
/// <param name="From">The first value.</param>
/// <param name="To">The bound, exclusive.</param>
/// <param name="Step">1 or -1.</param>
/// <param name="Body">What is repeated.</param>
internal sealed record LoopStatement(
    int Anchor, TextSpec Header, int Variable, string VariableName, IndexSpec From, IndexSpec To, int Step, EquatableArray<StatementSpec> Body)
    : StatementSpec(Anchor);
