using System.Text.RegularExpressions;

namespace Ppl.EndToEnd.Tests;

/// <summary>What the pages show compiles: every block of C# of these pages stands in ReadmeSnippets.cs, line by line.</summary>
public sealed partial class SnippetTests
{
    private static readonly string[] Compiled = [.. Regions().Matches(Repository.Read("tests/Ppl.EndToEnd.Tests/ReadmeSnippets.cs")).Select(m => Trim(m.Groups[1].Value))];

    private static readonly string[] Names = ["README.md", "docs/data.md", "docs/inference.md", "docs/shapes.md"];

    public static TheoryData<string> Pages => [.. Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Shown_code_is_compiled(string page)
    {
        var blocks = Blocks().Matches(Repository.Read(page)).Select(m => Trim(m.Groups[1].Value)).ToArray();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, Compiled));
    }

    [Fact]
    public void Compiled_code_is_shown()
    {
        var pages = string.Join('\n', Names.Select(page => Trim(Repository.Read(page))));
        Assert.All(Compiled, block => Assert.Contains(block, pages, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_says_how_the_bench_times()
    {
        var timing = Repository.Read("bench/Ppl.Bench/PairedTiming.cs");
        var (pairs, threads) = (Number(timing, "Pairs"), Number(timing, "Threads"));
        Assert.Contains($"medians of {pairs} pairs, {(threads == 1 ? "one thread" : $"{threads} threads")}", Repository.Read("README.md"), StringComparison.Ordinal);

        static int Number(string source, string name) => int.Parse(
            Regex.Match(source, $@"public const int {name} = (\d+);").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The lines without their indentation.</summary>
    private static string Trim(string text) => string.Join('\n', text.Trim().Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"#region [^\n]*\n(.*?)#endregion", RegexOptions.Singleline)]
    private static partial Regex Regions();

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();
}
