using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Ppl.Generators.Tests.Harness;

/// <summary>
/// A diagnostic as a bad model states it, in a comment under the line it is about: carets under the exact span, the id, the message.
/// <code>
///     using var data = Plate(zeros(1));
///     //                     ^^^^^^^^ PPL0011: A plate knows its rows before the model runs
/// </code>
/// A span that goes on over more lines has its carets to the end of its first.
/// </summary>
internal sealed partial record ExpectedDiagnostic(string Id, int Line, int Start, int Length, string Message)
{
    /// <summary>The expectations of a source, with lines counted as they are in the file.</summary>
    public static IReadOnlyList<ExpectedDiagnostic> Read(string source)
    {
        var expected = new List<ExpectedDiagnostic>();
        var lines = source.Split('\n');
        var subject = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var match = Expectation().Match(lines[i]);
            if (!match.Success) subject = i;
            else expected.Add(new(match.Groups["id"].Value, subject, match.Groups["carets"].Index, match.Groups["carets"].Length, match.Groups["message"].Value.TrimEnd('\r')));
        }

        return expected;
    }

    public static ExpectedDiagnostic Of(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        var line = diagnostic.Location.SourceTree!.GetText().Lines[span.StartLinePosition.Line];
        var end = span.EndLinePosition.Line == span.StartLinePosition.Line ? span.EndLinePosition.Character : line.End - line.Start;
        return new(diagnostic.Id, span.StartLinePosition.Line, span.StartLinePosition.Character, end - span.StartLinePosition.Character,
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    /// <summary>The comment to paste.</summary>
    public override string ToString() => $"//{new string(' ', Math.Max(0, Start - 2))}{new string('^', Length)} {Id}: {Message}";

    [GeneratedRegex(@"^\s*//\s*(?<carets>\^+) (?<id>PPL\d{4}): (?<message>.*)$")]
    private static partial Regex Expectation();
}
