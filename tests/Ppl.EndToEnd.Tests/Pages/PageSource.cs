using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>The C# of a page, put together as a reader would: usings first, then the statements in their order, then the types.</summary>
/// <remarks>
/// The blocks of a page are one program. An HTML comment before a block, which the page's reader does not see, says otherwise:
/// <list type="bullet">
/// <item><c>snippet: own program</c>: statements that do not go on from the blocks before, with the page's usings and types;</item>
/// <item><c>snippet: around</c> and code with a line <c>...</c>: what stands around the block, such as the class of a method;</item>
/// <item><c>snippet: none, REASON</c>: not code that a user writes.</item>
/// </list>
/// </remarks>
internal static partial class PageSource
{
    private const string Elision = "...";

    /// <summary>The programs of a page, each a whole file.</summary>
    public static IReadOnlyList<string> Programs(string page)
    {
        var (usings, types) = (new List<string>(), new List<string>());
        var programs = new List<List<string>> { new() };
        foreach (Match match in Blocks().Matches(page))
        {
            var note = match.Groups["note"].Value.Trim();
            if (note.StartsWith("none, ", StringComparison.Ordinal)) continue;
            if (note == "own program") programs.Add([]);
            else if (note.Length > 0 && !note.StartsWith("around", StringComparison.Ordinal)) throw new FormatException($"unknown note '{note}'");

            var text = note.StartsWith("around", StringComparison.Ordinal)
                ? Surround(note["around".Length..], match.Groups["code"].Value)
                : match.Groups["code"].Value;
            var unit = SyntaxFactory.ParseCompilationUnit(text);
            usings.AddRange(unit.Usings.Select(u => u.ToFullString().Trim()));
            programs[^1].AddRange(unit.Members.OfType<GlobalStatementSyntax>().Select(s => s.ToFullString()));
            types.AddRange(unit.Members.Where(m => m is not GlobalStatementSyntax).Select(m => m.ToFullString()));
        }

        return [.. programs.Where(p => p.Count > 0 || types.Count > 0).Select(p => string.Join('\n', usings.Distinct().Concat(p).Concat(types)))];
    }

    /// <summary>The blocks that are not compiled, with the reason that the page gives.</summary>
    public static IEnumerable<string> Left(string page) => Blocks().Matches(page)
        .Select(m => m.Groups["note"].Value.Trim())
        .Where(note => note.StartsWith("none", StringComparison.Ordinal));

    private static string Surround(string around, string code)
    {
        var lines = around.Trim('\n').Split('\n').Select(line => line.Trim() == Elision ? code : line).ToArray();
        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"(?:<!-- snippet:(?<note>(?:(?!-->).)*)-->\n)?^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();
}
