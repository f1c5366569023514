namespace Ppl.Contracts;

/// <summary>Which dimension of which of the model's parameters a plate takes.</summary>
/// <param name="Input">The parameter's position.</param>
/// <param name="Dimension">The dimension, from 0.</param>
public readonly record struct PlateSource(int Input, int Dimension);

/// <summary>What the compiler knows of one plate: a leading dimension over which sites are repeated independently.</summary>
/// <remarks>
/// A plate over dimension 0 of data is a <em>rows plate</em>: what a mini-batch cuts, and what the hidden particles fold into. It is the
/// outermost plate of its sites. Any other plate, by number or over a later dimension of data, is <em>complete</em>: it is never cut.
/// </remarks>
public sealed record PlateInfo
{
    /// <summary>The name of the variable that holds the plate.</summary>
    public required string Name { get; init; }

    /// <summary>Its position in <see cref="ModelPlan.Plates"/>.</summary>
    public required int Index { get; init; }

    /// <summary>The dimensions of data that it takes; none for a plate by number.</summary>
    public IReadOnlyList<PlateSource> Sources { get; init; } = [];

    /// <summary>Whether the plate is entered for a scope by <c>using</c>; otherwise sites name it by <c>within:</c>.</summary>
    public bool IsEntered { get; init; } = true;

    /// <summary>The line of <c>Plate</c> in the user's file.</summary>
    public int Line { get; init; }

    /// <summary>Whether it takes dimension 0 of data.</summary>
    public bool IsRows => Sources.Any(source => source.Dimension == 0);

    /// <summary>Name and sources: <c>plate 'items' over dimension 1 of parameter 0</c>.</summary>
    public override string ToString() => $"plate '{Name}'" + (Sources.Count == 0
        ? " by number"
        : $" over {string.Join(", ", Sources.Select(s => $"dimension {s.Dimension} of parameter {s.Input}"))}");
}
