namespace Ppl.Generators.Ir;

/// <summary>A fault of a model, before it has a place in a file.</summary>
/// <param name="Rule">The diagnostic's id.</param>
/// <param name="Anchor">What it is about: a number that the source map turns into a location.</param>
/// <param name="Arguments">What the rule's message format needs.</param>
internal sealed record Issue(string Rule, int Anchor, EquatableArray<string> Arguments)
{
    public string ToText() => $"{Rule} at {Anchor} ({string.Join(", ", Arguments)})";
}
