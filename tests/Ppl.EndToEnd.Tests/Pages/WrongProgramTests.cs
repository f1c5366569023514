using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>The programs of docs/wrong-programs.md print what the page says that they print.</summary>
public sealed partial class WrongProgramTests
{
    private static readonly string Page = Repository.Read("docs/wrong-programs.md");

    public static TheoryData<string> Titles => [.. Programs().Matches(Page).Select(program => program.Groups["title"].Value)];

    [Fact]
    public void There_are_thirty() => Assert.Equal(
        Enumerable.Range(1, 30).Select(i => i.ToString(CultureInfo.InvariantCulture)),
        Programs().Matches(Page).Select(program => program.Groups["title"].Value.Split('.')[0]));

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_wrong_program_prints_what_the_page_says(string title)
    {
        var program = Programs().Matches(Page).Single(match => match.Groups["title"].Value == title);
        var (model, driver) = (program.Groups["model"].Value, program.Groups["driver"].Value);
        var frames = Frames().Matches(Page).Select(match => match.Groups["code"].Value).ToArray();
        var isWhole = model.Contains("class Example", StringComparison.Ordinal);
        var frame = isWhole ? frames[0][..frames[0].IndexOf("public sealed", StringComparison.Ordinal)] + "...\n" : frames[0];
        var text = driver.Length == 0 ? Fill(frame, model) : BeforeTypes(Fill(frame, model), Fill(frames[1], driver));
        var before = text[..text.IndexOf(model, StringComparison.Ordinal)].Count(c => c == '\n');
        var printed = driver.Length == 0 ? await Compiled(text, before) : await Run(text, before);
        Assert.True(program.Groups["printed"].Value.Trim() == printed, $"{title}\nprints\n{printed}\n");
    }

    /// <summary>What the compiler prints, with positions in the part that the page shows.</summary>
    private static async Task<string> Compiled(string text, int before)
    {
        var said = await UserCompiler.Diagnose(text, LanguageVersion.Latest, OutputKind.DynamicallyLinkedLibrary);
        var shown = said.Where(fault => fault.Severity == DiagnosticSeverity.Error || fault.Id.StartsWith("PPL", StringComparison.Ordinal));
        return string.Join('\n', shown.Select(Print).Distinct());

        string Print(Diagnostic fault)
        {
            var start = fault.Location.GetLineSpan().StartLinePosition;
            var severity = fault.Severity == DiagnosticSeverity.Error ? "error" : "warning";
            return $"({start.Line - before + 1},{start.Character + 1}): {severity} {fault.Id}: {fault.GetMessage(CultureInfo.InvariantCulture)}";
        }
    }

    /// <summary>What the program throws, with lines of the model that the page shows.</summary>
    private static async Task<string> Run(string text, int before)
    {
        var faults = await UserCompiler.Diagnose(text, LanguageVersion.Latest, OutputKind.ConsoleApplication);
        Assert.DoesNotContain(faults, fault => fault.Severity == DiagnosticSeverity.Error);
        var main = UserCompiler.Load(text).EntryPoint!;
        TorchSharp.torch.manual_seed(0);
        var fault = Assert.Throws<TargetInvocationException>(() => main.Invoke(null, [Array.Empty<string>()])).InnerException!;
        var message = Line().Replace(fault.Message, line => $"(line {int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) - before})");
        return $"{fault.GetType().Name}: {message}";
    }

    private static string Fill(string frame, string code) => Elision().Replace(frame, _ => code, 1);

    /// <summary>Usings, statements, types: the order of a program without a Main.</summary>
    private static string BeforeTypes(string types, string statements) =>
        types.Insert(types.IndexOf("public sealed", StringComparison.Ordinal), statements + "\n");

    [GeneratedRegex(@"^ *\.\.\.\n", RegexOptions.Multiline)]
    private static partial Regex Elision();

    [GeneratedRegex(@"\(line (\d+)\)")]
    private static partial Regex Line();

    [GeneratedRegex(@"^<!-- snippet: none, the [^>]*-->\n```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Frames();

    [GeneratedRegex(
        @"^### (?<title>\d+\. [^\n]*)\n\n<!--[^>]*-->\n```csharp\n(?<model>.*?)^```\n\n(?:<!--[^>]*-->\n```csharp\n(?<driver>.*?)^```\n\n)?```\n(?<printed>.*?)^```",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Programs();
}
