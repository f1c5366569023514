using System.Reflection;
using Ppl.Data;
using Ppl.Examples.Systems;

namespace Ppl.Examples.Tests;

/// <summary>docs/results.md is made of the results beside it, and of nothing else.</summary>
public sealed class PageTests
{
    private const int LargestPicture = 150_000;

    private static readonly string Docs = Path.Combine(
        typeof(PageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!, "docs");

    [Fact]
    public void The_page_is_what_the_results_say() => Assert.Equal(ResultsPage.Text(Docs), File.ReadAllText(Path.Combine(Docs, "results.md")));

    [Fact]
    public void Results_are_of_whole_runs_whose_claims_hold()
    {
        var stored = Directory.GetFiles(Path.Combine(Docs, "results"), "*.json");
        Assert.NotEmpty(stored);
        foreach (var result in stored.Select(SystemResult.Read))
        {
            Assert.False(result.IsSmoke);
            Assert.All(result.Findings, finding => Assert.True(finding.Holds, $"{finding}"));
        }
    }

    /// <summary>A page of results is read as a tutorial: it shows each model as its source has it, and none is longer than its formulas.</summary>
    [Fact]
    public void Models_are_shown_and_short()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "results.md"));
        foreach (var program in Catalogue.All)
        {
            Assert.NotEmpty(program.Models);
            var file = ModelText.FileOf(program.Run.Method.DeclaringType!);
            Assert.Contains($"The program is [{Path.GetFileNameWithoutExtension(file)}](../examples/{file}).", page, StringComparison.Ordinal);
            Assert.All(program.Models, model =>
            {
                var (source, shown) = (Path.Combine(Docs, "..", "examples", ModelText.FileOf(model)), ModelText.Of(model));
                Assert.Contains(shown.ReplaceLineEndings("").Replace("    ", ""), File.ReadAllText(source).ReplaceLineEndings("").Replace("    ", ""), StringComparison.Ordinal);
                Assert.Contains($"```csharp\n{shown}\n```", page, StringComparison.Ordinal);
                Assert.InRange(shown.Split('\n').Length, 6, 14);
            });
        }

        Assert.Equal(
            ["Objective.Elbo()", "Objective.Elbo(beta: Schedule.Linear(0, 1, steps: Math.Max(1, steps / 2)))", "Objective.FreeBits(nats: Floor)"],
            ModelText.Calls(typeof(SentenceProgram), "Objective."));
        Assert.Contains("Its objectives: `Objective.Gan(critic)`", page, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ModelText.FileOf(typeof(PageTests)));
        Assert.Throws<ArgumentException>(() => ModelText.Of(typeof(ResultsPage)));
    }

    [Fact]
    public void Pictures_are_small_and_shown()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "results.md"));
        var pictures = Directory.GetFiles(Path.Combine(Docs, "pictures"), "*.png");
        Assert.All(pictures, picture => Assert.InRange(new FileInfo(picture).Length, 1, LargestPicture));
        Assert.All(pictures, picture => Assert.Contains($"(pictures/{Path.GetFileName(picture)})", page, StringComparison.Ordinal));
    }

    /// <summary>One command makes the page: it runs each program as the page has it.</summary>
    [Fact]
    public void The_page_is_of_the_runs_that_the_script_makes() => Assert.All(Catalogue.All, program =>
        Assert.Equal(program.PageOptions, SystemResult.Read(Path.Combine(Docs, "results", $"{program.Name}.json")).Options.TrimStart()));

    /// <summary>A run of one program replaces its own part; short runs replace nothing.</summary>
    [Fact]
    public void What_was_not_run_stays()
    {
        using var folder = new TemporaryFolder();
        var (from, docs) = (folder.File("out"), folder.File("docs"));
        var (first, second) = (Catalogue.All[0], Catalogue.All[1]);
        Leave(first, 1, isSmoke: false);
        Leave(second, 2, isSmoke: false);
        ResultsPage.Take(from, docs);
        Directory.Delete(Path.Combine(from, first.Name), recursive: true);
        Leave(second, 3, isSmoke: false);
        ResultsPage.Take(from, docs);
        Leave(second, 4, isSmoke: true);
        ResultsPage.Take(from, docs);
        var page = ResultsPage.Text(docs);
        Assert.Contains("| found by 1 | 1 |", page, StringComparison.Ordinal);
        Assert.Contains("| found by 3 | 3 |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("found by 2", page, StringComparison.Ordinal);
        Assert.DoesNotContain("found by 4", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf(first.Title, StringComparison.Ordinal) < page.IndexOf(second.Title, StringComparison.Ordinal));

        void Leave(SystemProgram program, int number, bool isSmoke)
        {
            var path = Path.Combine(from, program.Name);
            Directory.CreateDirectory(path);
            new SystemResult("A setting.", [new($"found by {number}", number)], [], []) { IsSmoke = isSmoke }
                .Write(Path.Combine(path, SystemResult.FileName));
        }
    }

    /// <summary>A file that is no result, or lacks a part of one, is named, and nothing of it reaches the page.</summary>
    [Theory]
    [InlineData("""{ "Setting": "x" """)]
    [InlineData("""{ "Setting": "x" }""")]
    [InlineData("""{ "Setting": "x", "Findings": null, "Pictures": [], "Remarks": [] }""")]
    [InlineData("null")]
    [InlineData("""{ "Setting": "x", "Findings": [null], "Pictures": [], "Remarks": [] }""")]
    [InlineData("""{ "Setting": "x", "Findings": [], "Pictures": [null], "Remarks": [] }""")]
    [InlineData("""{ "Setting": "x", "Findings": [], "Pictures": [], "Remarks": [null] }""")]
    [InlineData("""{ "Setting": "x", "Findings": [], "Pictures": [{ "File": "", "Caption": "x" }], "Remarks": [] }""")]
    [InlineData("""{ "Setting": "x", "Findings": [], "Pictures": [{ "File": "../up.png", "Caption": "x" }], "Remarks": [] }""")]
    [InlineData("""{ "Setting": "x", "Findings": [], "Pictures": [{ "File": "a\u0000b.png", "Caption": "x" }], "Remarks": [] }""")]
    [InlineData("""{ "Setting": "x", "Findings": [], "Pictures": [{ "File": "none.png", "Caption": "x" }], "Remarks": [] }""")]
    public void What_is_no_result_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        var (from, docs) = (folder.File("out"), folder.File("docs"));
        var path = Path.Combine(from, Catalogue.All[0].Name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, SystemResult.FileName), text);
        Assert.Contains(path, Assert.ThrowsAny<IOException>(() => ResultsPage.Take(from, docs)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("## ", ResultsPage.Text(docs), StringComparison.Ordinal);
        Directory.CreateDirectory(docs);
        Assert.Equal(1, ResultsPage.Command().Parse(["--from", from, "--docs", docs]).Invoke());
    }

    /// <summary>A number that is none breaks its claim, and not the run that found it.</summary>
    [Fact]
    public void A_number_that_is_not_finite_is_kept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("result.json");
        new SystemResult("A setting.", [new("one", double.NaN), new("two", double.PositiveInfinity)], [], []).Write(path);
        var findings = SystemResult.Read(path).Findings;
        Assert.True(double.IsNaN(findings[0].Found));
        Assert.Equal(double.PositiveInfinity, findings[1].Found);
        Assert.All(findings, finding => Assert.False(finding.Holds));
    }

    /// <summary>The number of the first seed, those of the others in brackets; a claim is broken by any of them.</summary>
    [Fact]
    public void Seeds_stand_side_by_side()
    {
        using var folder = new TemporaryFolder();
        var program = Catalogue.All[0] with { Run = run => new("A setting.", [new("its seed", run.Seed, Most: 5)], [], []) };
        var run = new SystemRun(null, 7, 4, folder.File(Path.Combine("out", program.Name)), IsSmoke: false);
        Assert.Contains(
            "the data folder does not exist",
            Assert.Throws<DataFileException>(() => program.Measure(run with { DataFolder = folder.File("none") })).Message,
            StringComparison.Ordinal);
        Assert.True(Assert.Single(program.Measure(run with { Seeds = 2 }).Findings).Holds);
        Assert.False(Assert.Single(program.Measure(run with { Seeds = 3 }).Findings).Holds);
        ResultsPage.Take(folder.File("out"), folder.File("docs"));
        var page = ResultsPage.Text(folder.File("docs"));
        Assert.Contains($"`./results.sh --only {program.Name} --epochs 7 --seed 4 --seeds 3`", page, StringComparison.Ordinal);
        Assert.Contains("\nSeeds 4 to 6, ", page, StringComparison.Ordinal);
        Assert.Contains("| its seed | 4 (5, 6) |  |  | at most 5: **does not hold** |", page, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(run.Out, "seed-6")));
    }
}
