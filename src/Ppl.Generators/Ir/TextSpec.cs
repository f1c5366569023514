namespace Ppl.Generators.Ir;

/// <summary>A piece of source text: as it stands, or a variable of the program where the text names one.</summary>
/// <param name="Text">The text as the user wrote it.</param>
/// <param name="Variable">The variable that it names, or -1.</param>
internal sealed record TextPart(string Text, int Variable);

/// <summary>Source text that knows where it names the program's variables, so that nothing has to be searched in it.</summary>
internal sealed record TextSpec(EquatableArray<TextPart> Parts)
{
    /// <summary>Stands for a value that nothing reads.</summary>
    public static readonly TextSpec Nothing = new(new EquatableArray<TextPart>([new TextPart("null!", -1)]));

    /// <summary>The text as the user wrote it.</summary>
    public override string ToString() => string.Concat(Parts.Select(p => p.Text));

    /// <summary>What it is called in comments and messages, where that is another text.</summary>
    public string? Shown { get; init; }

    /// <summary>The text on one line, for comments and messages.</summary>
    public string OneLine => Shown ?? string.Join(" ", ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
