namespace Ppl.Generators.Ir;

/// <summary>A span of the user's file; lines and columns count from 1, as #line directives do.</summary>
internal sealed record LineSpan(int StartLine, int StartColumn, int EndLine, int EndColumn);

/// <summary>
/// Where each anchor of a model stands. Kept apart from the model, which knows no positions: only emission, for its #line directives, reads them.
/// </summary>
/// <param name="Path">The user's file.</param>
/// <param name="Spans">For each anchor its span.</param>
internal sealed record LineMap(string Path, EquatableArray<LineSpan> Spans);
