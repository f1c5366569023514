using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Numbers the places of a model, so that everything after the frontend can speak of them without holding Roslyn's objects.</summary>
internal sealed class SourceMap(string path)
{
    private readonly List<Location> locations = [];

    /// <summary>A new anchor for a place.</summary>
    public int Anchor(Location location)
    {
        locations.Add(location);
        return locations.Count - 1;
    }

    /// <summary>The real location of an anchor: one in a syntax tree, so that <c>#pragma warning</c> applies to it.</summary>
    public Location this[int anchor] => locations[anchor];

    public LineMap ToLineMap() => new(path, locations.Select(ToSpan).ToEquatable());

    private static LineSpan ToSpan(Location location)
    {
        var span = location.GetLineSpan();
        return new(span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1, span.EndLinePosition.Line + 1,
            span.EndLinePosition.Character + 1);
    }
}

/// <summary>A model as read: what is cached, and what is only for reporting.</summary>
/// <param name="Spec">The model.</param>
/// <param name="Lines">Where its parts stand.</param>
/// <param name="Sources">The same as real locations.</param>
/// <param name="Visited">The files in which the text of something was read.</param>
internal sealed record Parsed(ModelSpec Spec, LineMap Lines, SourceMap Sources, IReadOnlyCollection<SyntaxTree> Visited);
