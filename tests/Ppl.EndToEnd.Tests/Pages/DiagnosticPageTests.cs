using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>The example of each diagnostic's page gives that diagnostic and no other, and what the page writes instead gives none.</summary>
public sealed class DiagnosticPageTests
{
    /// <summary>
    /// What cannot be without another fault: a call that no method of the language takes and a lacking 'partial' are errors of the compiler as well, and a chain of
    /// latents that nothing observed depends on ends in one that nothing at all depends on. A submodel's faults are its own.
    /// </summary>
    private static readonly Dictionary<string, string[]> Companions = new(StringComparer.Ordinal)
    {
        ["PPL0001"] = ["CS0260"],
        ["PPL0003"] = ["CS0260"],
        ["PPL0041"] = ["CS4033"],
        ["PPL0086"] = ["CS1503"],
        ["PPL0087"] = ["CS1739"],
        ["PPL0088"] = ["CS1503"],
        ["PPL0102"] = ["PPL0101"],
        ["PPL0152"] = ["PPL0019"],
    };

    /// <summary>The page whose example is a line of the project file.</summary>
    private const string Version = "PPL0071";

    private const string Index = "docs/diagnostics/README.md";

    public static TheoryData<string> Ids =>
        [.. Repository.Files("*.md").Where(p => p.StartsWith("docs/diagnostics/PPL", StringComparison.Ordinal)).Select(p => Path.GetFileNameWithoutExtension(p)).Order()];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_example_gives_its_diagnostic_and_no_other(string id)
    {
        var program = id == Version ? new DiagnosticPage("", Repository.Read(Index)).Example : Page(id).Example;
        var said = await Diagnose(program, id == Version ? LanguageVersion.CSharp11 : LanguageVersion.Latest);
        var expected = Companions.GetValueOrDefault(id, []).Prepend(id).Order();
        Assert.True(said.Select(d => d.Id).Distinct().Order().SequenceEqual(expected), Explain(said, program));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task What_is_written_instead_gives_none(string id)
    {
        foreach (var program in Page(id).Remedies)
        {
            var said = await Diagnose(program, LanguageVersion.Latest);
            Assert.True(said.Count == 0, Explain(said, program));
        }
    }

    [Fact]
    public async Task A_mistake_on_a_page_is_found()
    {
        const string Faulty = """
            ## Example

            ```csharp
            [Model]
            private void Generate(Tensor x)
            {
                using var data = Plate(x * 2);
                var z = Sample(Normal(0, 1).Expand(2));
                Observe(x, Normal(missing.call(z), 1));
            }
            ```

            ## What to write instead

            <!-- snippet: for
            Observe(x, Normal(missing.call(z), 1));
            -->
            ```csharp
            Observe(x, Normal(net.call(z), 1));
            ```

            """;
        var page = new DiagnosticPage(Faulty, Repository.Read(Index));
        Assert.Equal(["CS0103"], (await Diagnose(page.Example, LanguageVersion.Latest)).Select(d => d.Id));
        Assert.Equal(["PPL0011"], (await Diagnose(Assert.Single(page.Remedies), LanguageVersion.Latest)).Select(d => d.Id));
    }

    private static DiagnosticPage Page(string id) => new(Repository.Read($"docs/diagnostics/{id}.md"), Repository.Read(Index));

    /// <summary>What the generator and the analyzers say, and the errors of the compiler: an example may leave a variable unused.</summary>
    private static async Task<IReadOnlyList<Diagnostic>> Diagnose(string program, LanguageVersion version) =>
        [.. (await UserCompiler.Diagnose(program, version, OutputKind.DynamicallyLinkedLibrary))
            .Where(d => d.Severity == DiagnosticSeverity.Error || d.Id.StartsWith("PPL", StringComparison.Ordinal))];

    private static string Explain(IEnumerable<Diagnostic> said, string program) => string.Join('\n', said) + "\n\n" + program;
}
