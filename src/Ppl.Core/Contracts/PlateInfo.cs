namespace Ppl.Contracts;

/// <summary>Which dimension of which of the model's parameters a plate takes.</summary>
/// <param name="Input">The parameter's position.</param>
/// <param name="Dimension">The dimension, from 0.</param>
public readonly record struct PlateSource(int Input, int Dimension);

/// <summary>What the compiler knows of one plate: a leading dimension over which sites are repeated independently.</summary>
/// <remarks>
/// A plate over dimension 0 of data is a <em>rows plate</em>: what a mini-batch cuts, and what the hidden particles fold into. It is the
/// outermost plate of its sites. Any other plate is <em>complete</em>, never cut: one by number, whatever data it takes, and one that takes a
/// later dimension of some of its data, so that even what it takes dimension 0 of is all there.
/// </remarks>
public sealed record PlateInfo
{
    /// <summary>The name of the variable that holds the plate.</summary>
    public required string Name { get; init; }

    /// <summary>Its position in <see cref="ModelPlan.Plates"/>.</summary>
    public required int Index { get; init; }

    /// <summary>The dimensions of data that it takes; none for a plate by number without data.</summary>
    public IReadOnlyList<PlateSource> Sources { get; init; } = [];

    /// <summary>What the size of a plate by number is computed from; empty where data give it.</summary>
    public string SizeText { get; init; } = "";

    /// <summary>Whether the plate is entered for a scope by <c>using</c>; otherwise sites name it by <c>within:</c>.</summary>
    public bool IsEntered { get; init; } = true;

    /// <summary>The line of <c>Plate</c> in the user's file.</summary>
    public int Line { get; init; }

    /// <summary>Whether the model says its size by a number, computed from <see cref="SizeText"/>; otherwise data give it.</summary>
    public bool IsByNumber => SizeText.Length > 0 || Sources.Count == 0;

    /// <summary>Whether it is a rows plate: of data, and of their dimension 0 alone.</summary>
    public bool IsRows => !IsByNumber && Sources.All(source => source.Dimension == 0);

    /// <summary>Name and sources: <c>plate 'items' over dimension 1 of parameter 0</c>.</summary>
    public override string ToString() => $"plate '{Name}'{(IsByNumber ? " by number" : "")}"
        + (Sources.Count == 0 ? "" : $" over {string.Join(", ", Sources.Select(s => $"dimension {s.Dimension} of parameter {s.Input}"))}");
}
