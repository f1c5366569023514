using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>The programs that a page of docs/diagnostics shows: the faulty one of its example, and the mended ones.</summary>
/// <remarks>
/// A block without a note is types, or members that take the place of those of the same names in the class that docs/diagnostics/README.md shows. A note before
/// a block, in the page's own comment, says what else it is:
/// <list type="bullet">
/// <item><c>snippet: for</c> and lines of the example: what is to be written in their place, where a line <c>...</c> stands for any lines;</item>
/// <item><c>snippet: each line for</c>: the same, with one program for each line of the block;</item>
/// <item><c>snippet: around</c> and code with a line <c>...</c>: what stands around the block;</item>
/// <item><c>snippet: none, REASON</c>: not code that a user writes.</item>
/// </list>
/// </remarks>
internal sealed partial class DiagnosticPage(string page, string index)
{
    private const string Elision = "...";

    /// <summary>The class that an example's members stand in, with its usings.</summary>
    private readonly CompilationUnitSyntax surroundings = SyntaxFactory.ParseCompilationUnit(Block().Match(index).Groups["code"].Value);

    /// <summary>The program of the example.</summary>
    public string Example => Complete(ExampleText);

    /// <summary>What is written instead, as whole programs.</summary>
    public IEnumerable<string> Remedies => Block().Matches(Section("What to write instead")).SelectMany(Remedy).Select(Complete);

    private string ExampleText
    {
        get
        {
            var block = Block().Match(Section("Example"));
            return Around(Note(block), "around") is { } around ? Fill(around, Code(block)) : Code(block);
        }
    }

    private string Section(string title) => Regex.Match(page, $"^## {title}\n(.*?)(?=^## |\\z)", RegexOptions.Singleline | RegexOptions.Multiline).Value;

    private IEnumerable<string> Remedy(Match block)
    {
        var (note, code) = (Note(block), Code(block));
        if (note.StartsWith("none, ", StringComparison.Ordinal)) return [];
        if (Around(note, "around") is { } around) return [Fill(around, code)];
        if (Around(note, "for") is { } lines) return [Replace(lines, code)];
        if (Around(note, "each line for") is { } line) return code.TrimEnd().Split('\n').Select(way => Replace(line, way));
        return note.Length == 0 ? [code] : throw new FormatException($"unknown note '{note}'");
    }

    /// <summary>The example with other lines in the place of some.</summary>
    private string Replace(string lines, string code)
    {
        var parts = lines.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)
            .Select(line => line == Elision ? @"(?:.*\n)*?" : $@"[ \t]*{Regex.Escape(line)}[ \t]*\n");
        var place = new Regex("^" + string.Concat(parts), RegexOptions.Multiline);
        var example = ExampleText;
        if (place.Count(example) != 1) throw new FormatException($"the example has not once the lines\n{lines}\nin\n{example}");
        return place.Replace(example, _ => code.TrimEnd() + "\n");
    }

    /// <summary>A whole file: types as they are, and members in the class of the index.</summary>
    private string Complete(string code)
    {
        var unit = SyntaxFactory.ParseCompilationUnit(code);
        var usings = surroundings.Usings.Concat(unit.Usings).Select(u => u.ToString()).Distinct();
        if (unit.Members.Count > 0 && unit.Members.All(m => m is BaseTypeDeclarationSyntax or NamespaceDeclarationSyntax) && !unit.ContainsDiagnostics)
        {
            var whole = unit.DescendantNodes().OfType<ClassDeclarationSyntax>().Any(c => c.Identifier.Text == Host.Identifier.Text);
            return string.Join('\n', [.. usings, .. unit.Members.Select(m => m.ToFullString()), whole ? "" : Host.ToFullString()]);
        }

        var members = ((ClassDeclarationSyntax)SyntaxFactory.ParseCompilationUnit($"class Members\n{{\n{code}\n}}").Members.Single()).Members;
        var shown = members.SelectMany(Names).ToHashSet();
        var kept = Host.Members.Where(m => !Names(m).Any(shown.Contains));
        var nested = members.OfType<ClassDeclarationSyntax>().Any(c => c.Identifier.Text == Host.Identifier.Text);
        if (nested) throw new FormatException($"types and members side by side in\n{code}");
        return string.Join('\n', [.. usings, Host.WithMembers([.. kept, .. members]).ToFullString()]);
    }

    private ClassDeclarationSyntax Host => surroundings.Members.OfType<ClassDeclarationSyntax>().Single();

    private static IEnumerable<string> Names(MemberDeclarationSyntax member) => member switch
    {
        BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(v => v.Identifier.Text),
        MethodDeclarationSyntax method => [method.Identifier.Text],
        PropertyDeclarationSyntax property => [property.Identifier.Text],
        ConstructorDeclarationSyntax => [".ctor"],
        BaseTypeDeclarationSyntax type => [type.Identifier.Text],
        _ => [],
    };

    private static string Note(Match block) => block.Groups["note"].Value.Trim();

    private static string Code(Match block) => block.Groups["code"].Value;

    private static string? Around(string note, string word) =>
        note.StartsWith(word + "\n", StringComparison.Ordinal) ? note[(word.Length + 1)..] : null;

    private static string Fill(string around, string code) =>
        string.Join('\n', around.Split('\n').Select(line => line.Trim() == Elision ? code : line));

    [GeneratedRegex(@"(?:<!-- snippet:(?<note>(?:(?!-->).)*)-->\n)?^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
