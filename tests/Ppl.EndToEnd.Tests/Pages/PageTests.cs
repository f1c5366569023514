namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>What README and docs/ show compiles as it stands there, with the usings that are shown there.</summary>
public sealed class PageTests
{
    /// <summary>Every page with C#, except those of the diagnostics, whose examples are faulty on purpose: DiagnosticTests has them.</summary>
    public static TheoryData<string> Names => [.. Pages];

    private static IEnumerable<string> Pages => Repository.Files("*.md")
        .Where(page => page == "README.md" || page.StartsWith("docs/", StringComparison.Ordinal))
        .Where(page => !page.StartsWith("docs/diagnostics/", StringComparison.Ordinal))
        .Where(page => Repository.Read(page).Contains("```csharp", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Shown_code_compiles(string page)
    {
        foreach (var program in PageSource.Programs(Repository.Read(page)))
        {
            var faults = await UserCompiler.Faults(program);
            Assert.True(faults.Count == 0, string.Join('\n', faults) + "\n\n" + program);
        }
    }

    [Fact]
    public void What_is_not_compiled_has_a_reason() => Assert.All(
        Pages.SelectMany(page => PageSource.Left(Repository.Read(page))),
        note => Assert.Matches("^none, .{10,}$", note));

    [Fact]
    public async Task A_mistake_on_a_page_is_found()
    {
        const string Page = "<!-- snippet: around\nclass C\n{\n    ...\n}\n-->\n```csharp\nint F() => x;\n```\n";
        var program = Assert.Single(PageSource.Programs(Page));
        Assert.Contains(await UserCompiler.Faults(program), fault => fault.Contains("CS0103", StringComparison.Ordinal));
    }
}
