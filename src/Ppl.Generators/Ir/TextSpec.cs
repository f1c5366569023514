namespace Ppl.Generators.Ir;

/// <summary>A piece of source text: as it stands, or a variable of the program where the text names one.</summary>
/// <param name="Text">The text as the user wrote it.</param>
/// <param name="Variable">The variable that it names, or -1.</param>
internal sealed record TextPart(string Text, int Variable);

/// <summary>Source text that knows where it names the program's variables, so that nothing has to be searched in it.</summary>
internal sealed record TextSpec(EquatableArray<TextPart> Parts)
{
    /// <summary>The text as the user wrote it.</summary>
    public override string ToString() => string.Concat(Parts.Select(p => p.Text));

    /// <summary>The text on one line, for comments and messages.</summary>
    public string OneLine => string.Join(" ", ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
