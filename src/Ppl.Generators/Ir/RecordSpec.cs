namespace Ppl.Generators.Ir;

/// <summary>A value that results have: <c>var mean = Deterministic(...)</c>. It is no random variable, and has no place in the graph.</summary>
/// <param name="Id">Its position in the list.</param>
/// <param name="Name">The local's name, which results have it by.</param>
/// <param name="Variable">The local, or the array.</param>
/// <param name="Index">The element of the array that it is; null for one that is none.</param>
/// <param name="Plates">The plates that it stands in, outermost first.</param>
/// <param name="Text">The value's text.</param>
/// <param name="Guards">The arms that it stands in.</param>
/// <param name="Anchor">The place of the local's name.</param>
/// <param name="CallAnchor">The place of the call, whose line the interpreter knows it by.</param>
internal sealed record RecordSpec(
    int Id, string Name, int Variable, IndexSpec? Index, EquatableArray<int> Plates, TextSpec Text, EquatableArray<GuardSpec> Guards,
    int Anchor, int CallAnchor)
{
    /// <summary>How much of the name an index follows, <c>a[i].mean</c>, where a call is indexed; 0 where it follows the whole name.</summary>
    public int Scope { get; init; }

    /// <summary>The arms as the user wrote them.</summary>
    public string Condition => string.Join(", ", Guards.Select(g => g.Text).Distinct());
}

/// <summary>A statement that records a value: to the flow of data a statement like any other that gives a local its value.</summary>
/// <param name="Anchor">The place of the value's text.</param>
/// <param name="Text">The value's text.</param>
/// <param name="Flows">What the local is computed from.</param>
/// <param name="Record">The record's id.</param>
/// <param name="Target">The left side: <c>var mean</c>, <c>mean</c>.</param>
internal sealed record DeterministicStatement(int Anchor, TextSpec Text, EquatableArray<Flow> Flows, int Record, TextSpec Target)
    : CarriedStatement(Anchor, Text, Flows, EquatableArray<Read>.Empty);
