using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes indented lines, and the user's own text with directives that lead back to the user's file.</summary>
/// <param name="lines">Where the user's text stands.</param>
/// <param name="shortNames">Marked names that mean the same without their namespace.</param>
internal sealed class CodeWriter(LineMap lines, IEnumerable<string> shortNames)
{
    private const int Width = 150;

    private readonly HashSet<string> shortNames = [.. shortNames];
    private readonly Dictionary<string, string> names = [];
    private readonly StringBuilder text = new();
    private int depth;

    public int LineOf(int anchor) => lines.Spans[anchor].StartLine;

    public void Line(string line = "")
    {
        if (line.Length > 0) text.Append(' ', depth * 4).Append(Resolve(line));
        text.Append('\n');
    }

    public void Open(string? header = null)
    {
        if (header is not null) Line(header);
        Line("{");
        depth++;
    }

    public void Close(string end = "}")
    {
        if (text.Length > 1 && text[text.Length - 1] == '\n' && text[text.Length - 2] == '\n') text.Length--;
        depth--;
        Line(end);
    }

    /// <summary>A member with an expression for its body, on one line where there is room.</summary>
    public void Arrow(string header, string body)
    {
        var line = $"{Resolve(header)} => {Resolve(body)}";
        if (Fits(line))
        {
            Line(line);
            return;
        }

        Line($"{header} =>");
        Line($"    {body}");
    }

    /// <summary>Items between brackets or braces, on one line where there is room; else as many on each line as it has room for.</summary>
    /// <param name="before">What stands before the items, with the bracket.</param>
    /// <param name="items">The items.</param>
    /// <param name="after">What stands after them, with the other bracket.</param>
    public void List(string before, IReadOnlyList<string> items, string after)
    {
        var resolved = items.Select(Resolve).ToList();
        var space = after[0] == '}' ? " " : "";
        var whole = $"{Resolve(before)}{space}{string.Join(", ", resolved)}{space}{after}";
        if (Fits(whole))
        {
            Line(whole);
            return;
        }

        Line(before.Substring(0, before.Length - 1).TrimEnd());
        Line(before.Substring(before.Length - 1));
        depth++;
        var row = "";
        foreach (var item in resolved)
        {
            var longer = row.Length == 0 ? $"{item}," : $"{row} {item},";
            if (row.Length > 0 && !Fits(longer))
            {
                Line(row);
                longer = $"{item},";
            }

            row = longer;
        }

        if (row.Length > 0) Line(row);
        depth--;
        Line(after);
    }

    private bool Fits(string line) => (depth * 4) + line.Length <= Width;

    /// <summary>Lines further to the right, without braces: the statements of a section of a switch.</summary>
    public void Indent() => depth++;

    public void Unindent() => depth--;

    /// <summary>An empty line between members and between sites.</summary>
    public void Gap()
    {
        if (text.Length < 2 || (text[text.Length - 1] == '\n' && text[text.Length - 2] is '\n' or '{')) return;
        text.Append('\n');
    }

    /// <summary>
    /// The user's text, as it stands, with what is generated before and after it on its lines. The directive maps the text to its span in the user's
    /// file, so that breakpoints, stack traces and the compiler's messages point there.
    /// </summary>
    public void Carried(string before, TextSpec carried, string after, int anchor)
    {
        if (lines.Path.Length == 0)
        {
            // Source that came from no file: there is nothing to lead back to.
            Line(before + carried + after);
            return;
        }

        var span = lines.Spans[anchor];
        var offset = (depth * 4) + before.Length;
        text.Append($"#line ({span.StartLine},{span.StartColumn})-({span.EndLine},{span.EndColumn}) {offset} \"{lines.Path}\"\n");
        text.Append(' ', depth * 4).Append(before).Append(carried).Append(after).Append('\n');
        text.Append("#line default\n");
    }

    /// <summary>Turns marked names into short or fully qualified ones.</summary>
    private string Resolve(string line)
    {
        for (var at = line.IndexOf(Types.Mark); at >= 0; at = line.IndexOf(Types.Mark))
        {
            var end = at + 1;
            while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '_' or '.')) end++;
            var name = line.Substring(at, end - at);
            if (!names.TryGetValue(name, out var resolved)) names[name] = resolved = ResolveName(name);
            line = line.Substring(0, at) + resolved + line.Substring(end);
        }

        return line;
    }

    private string ResolveName(string name)
    {
        var known = Prefixes(name).FirstOrDefault(shortNames.Contains);
        return known is null ? $"global::{name.Substring(1)}" : name.Substring(Math.Max(known.LastIndexOf('.'), 0) + 1);
    }

    /// <summary>A name, then the names it is a member of, up to its namespace.</summary>
    private static IEnumerable<string> Prefixes(string name)
    {
        for (var length = name.Length; length > 0; length = name.LastIndexOf('.', length - 1)) yield return name.Substring(0, length);
    }

    public override string ToString() => text.ToString();
}
