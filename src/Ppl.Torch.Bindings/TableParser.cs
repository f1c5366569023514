using System;
using System.Collections.Generic;
using System.Linq;

namespace Ppl.Torch.Bindings;

/// <summary>A line that the table's grammar does not know.</summary>
internal sealed class TableException : Exception
{
    public TableException(int line, string message) : base(message) => Line = line;

    public int Line { get; }
}

/// <summary>
/// Reads a table of operations. One operation is
/// <c>operator[.overload] : [Type] Home.name[,name](parameters) [=> arguments] ; ...</c>
/// and goes on over the next lines as long as they are indented; <c>#</c> starts a comment.
/// </summary>
internal static class TableParser
{
    public static List<Operation> Parse(string text)
    {
        var operations = new List<Operation>();
        foreach (var (line, entry) in Entries(text))
        {
            var colon = entry.IndexOf(':');
            if (colon < 0) throw new TableException(line, "an operation is 'operator.overload : members'");
            var schema = entry.Substring(0, colon).Trim().Split('.');
            var members = Split(entry.Substring(colon + 1), ';').Where(m => m.Length > 0).Select(m => ParseMember(m, line)).ToList();
            operations.Add(new Operation(schema[0], schema.Length > 1 ? schema[1] : "", members));
        }
        return operations;
    }

    /// <summary>The entries, each in one line, with the number of its first line.</summary>
    internal static IEnumerable<(int Line, string Text)> Entries(string text)
    {
        var start = 0;
        string? entry = null;
        var number = -1;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var comment = raw.IndexOf('#');
            var line = (comment >= 0 ? raw.Substring(0, comment) : raw).TrimEnd();
            if (line.Length == 0) continue;
            if (char.IsWhiteSpace(line[0]))
            {
                if (entry == null) throw new TableException(number, "an indented line continues the one before it");
                entry += " " + line.Trim();
                continue;
            }
            if (entry != null) yield return (start, entry);
            (start, entry) = (number, line);
        }
        if (entry != null) yield return (start, entry);
    }

    private static Member ParseMember(string text, int line)
    {
        var open = text.IndexOf('(', Math.Max(0, text.IndexOf('.')));
        if (open < 0) throw new TableException(line, $"'{text}' has no parameter list");
        var close = Closing(text, open, line);
        var head = text.Substring(0, open).Trim();
        var space = head.LastIndexOf(' ');
        var returns = space < 0 ? "Tensor" : head.Substring(0, space).Trim();
        var path = head.Substring(space + 1).Split('.');
        if (path.Length != 2 || !Homes.Openings.ContainsKey(path[0])) throw new TableException(line, $"'{head}' is not Home.name");
        var rest = text.Substring(close + 1).Trim();
        if (rest.Length > 0 && !rest.StartsWith("=>", StringComparison.Ordinal)) throw new TableException(line, $"'{rest}' after a member");
        var arguments = rest.Length > 0 ? Split(rest.Substring(2), ',') : null;
        var parameters = Split(text.Substring(open + 1, close - open - 1), ',').Where(p => p.Length > 0).Select(p => ParseParameter(p, line));
        return new Member(returns, path[0], path[1].Split(',').ToList(), parameters.ToList(), arguments);
    }

    private static Parameter ParseParameter(string text, int line)
    {
        var equals = text.IndexOf('=');
        var declared = (equals < 0 ? text : text.Substring(0, equals)).Trim();
        var space = declared.LastIndexOf(' ');
        if (space < 0) throw new TableException(line, $"parameter '{text}' has no type");
        var type = declared.Substring(0, space).Trim();
        return new Parameter(text, type.StartsWith("params ", StringComparison.Ordinal) ? type.Substring(7) : type, declared.Substring(space + 1));
    }

    private static int Closing(string text, int open, int line)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            if (text[i] == ')' && --depth == 0) return i;
        }
        throw new TableException(line, $"'{text}' does not close its parameter list");
    }

    /// <summary>Splits at a separator that is outside all brackets.</summary>
    internal static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '(' or '[' or '{') depth++;
            if (text[i] is ')' or ']' or '}') depth--;
            if (text[i] == '<' && i > 0 && char.IsLetter(text[i - 1])) depth++;
            if (text[i] == '>' && depth > 0 && text[i - 1] != '=') depth--;
            if (text[i] != separator || depth != 0) continue;
            parts.Add(text.Substring(start, i - start).Trim());
            start = i + 1;
        }
        parts.Add(text.Substring(start).Trim());
        return parts;
    }
}
