using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>What an edit costs: each test reparses the edited text, as an editor does, and asks each step why it ran.</summary>
public class IncrementalTests
{
    private const IncrementalStepRunReason Cached = IncrementalStepRunReason.Cached;
    private const IncrementalStepRunReason Unchanged = IncrementalStepRunReason.Unchanged;
    private const IncrementalStepRunReason Modified = IncrementalStepRunReason.Modified;

    private readonly string vae = GeneratorHarness.ReadModel("good/Vae.cs");

    [Fact]
    public void A_comment_costs_a_parse_and_no_more() =>
        AssertEdit(vae.Replace("Plate(x);", "Plate(x); // rows", StringComparison.Ordinal), spec: Unchanged, analyze: Cached, emit: Cached);

    [Fact]
    public void An_edit_below_the_model_costs_a_parse_and_no_more() =>
        AssertEdit(vae + "\ninternal static class Below;\n", spec: Unchanged, analyze: Cached, emit: Cached);

    [Fact]
    public void Moved_lines_reach_the_line_directives_and_nothing_else()
    {
        var (before, after) = AssertEdit("\n\n" + vae, spec: Modified, analyze: Modified, emit: Modified);
        Assert.Equal(before.Plan, after.Plan);
        string[] Lines(GeneratorRun run, string number) => Regex.Replace(run.Files[0].SourceText.ToString(), @"\bLine = \d+", number).Split('\n');
        var moved = Lines(after, "Line = n").Except(Lines(before, "Line = n")).ToList();
        Assert.NotEmpty(moved);
        Assert.All(moved, line => Assert.StartsWith("#line (", line, StringComparison.Ordinal));
        Assert.NotEqual(Lines(before, "$0"), Lines(after, "$0"));
    }

    [Fact]
    public void Another_file_costs_nothing_but_a_parse()
    {
        var other = GeneratorHarness.Parse("internal static class Other;", "Other.cs");
        var input = GeneratorHarness.Compilation(GeneratorHarness.Parse(vae, "Vae.cs"), other);
        var (driver, _) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        var edited = input.ReplaceSyntaxTree(other, GeneratorHarness.Parse("internal static class Other { public const int Answer = 42; }", "Other.cs"));
        var (_, run) = GeneratorHarness.Run(driver, edited);
        AssertReasons(run, Unchanged, Cached, Cached);
    }

    [Fact]
    public void A_second_model_leaves_the_first_alone()
    {
        var input = GeneratorHarness.Compilation(GeneratorHarness.Parse(vae, "Vae.cs"));
        var (driver, _) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        var second = input.AddSyntaxTrees(GeneratorHarness.Parse(GeneratorHarness.ReadModel("good/Hierarchy.cs"), "Hierarchy.cs"));
        var (_, run) = GeneratorHarness.Run(driver, second);
        Assert.Equal([IncrementalStepRunReason.New, Cached], run.Reasons(TrackingNames.Emit).Order());
        Assert.Equal(2, run.Files.Count);
    }

    [Fact]
    public void A_renamed_site_changes_everything() =>
        AssertEdit(vae.Replace("var z ", "var w ", StringComparison.Ordinal).Replace("call(z)", "call(w)", StringComparison.Ordinal), Modified, Modified, Modified);

    [Fact]
    public void Another_family_changes_everything() =>
        AssertEdit(vae.Replace("Bernoulli(logits: decoder.call(z))", "Normal(decoder.call(z), 1)", StringComparison.Ordinal), Modified, Modified, Modified);

    [Fact]
    public void A_fault_is_reported_at_its_new_line_after_it_moved()
    {
        var bad = vae.Replace("var z = Sample", "if (latents > 0) Sample", StringComparison.Ordinal).Replace("call(z)", "call(x)", StringComparison.Ordinal);
        var (before, after) = AssertEdit("\n\n" + bad, Modified, Modified, Unchanged, bad);
        int[] Lines(GeneratorRun run) => [.. run.Diagnostics.Select(d => d.Location.GetLineSpan().StartLinePosition.Line)];
        Assert.NotEmpty(before.Diagnostics);
        Assert.Equal(Lines(before).Select(l => l + 2), Lines(after));
    }

    [Fact]
    public void A_fault_that_analysis_finds_is_reported_at_its_new_line_after_it_moved()
    {
        var (before, after) = AssertEdit("\n\n" + Stopped, Modified, Modified, Unchanged, Stopped);
        Assert.Equal([("PPL0083", LineOf(Stopped))], Faults(before));
        Assert.Equal([("PPL0083", LineOf(Stopped) + 2)], Faults(after));
    }

    [Fact]
    public void A_fault_that_analysis_finds_is_still_reported_when_its_plan_is_cached()
    {
        var (before, after) = AssertEdit(Stopped.Replace("Plate(x);", "Plate(x); // rows", StringComparison.Ordinal), Unchanged, Cached, Cached, Stopped);
        Assert.Equal([("PPL0083", LineOf(Stopped))], Faults(before));
        Assert.Equal(Faults(before), Faults(after));
    }

    [Fact]
    public void Each_model_reports_what_analysis_found_in_it()
    {
        var second = "\n" + Stopped.Replace("class Vae", "class Other", StringComparison.Ordinal).Replace("Vae(", "Other(", StringComparison.Ordinal);
        var input = GeneratorHarness.Compilation(GeneratorHarness.Parse(Stopped, "Vae.cs"), GeneratorHarness.Parse(second, "Other.cs"));
        var (_, run) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        Assert.Equal(
            [("Other.cs", LineOf(second)), ("Vae.cs", LineOf(Stopped))],
            run.Diagnostics.Select(d => (d.Location.SourceTree!.FilePath, d.Location.GetLineSpan().StartLinePosition.Line)).Order());
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Cached_values_hold_nothing_of_Roslyn(string name)
    {
        var run = GeneratorHarness.RunGood(name);
        foreach (var step in new[] { TrackingNames.Spec, TrackingNames.Analyze, TrackingNames.Emit })
        {
            var values = run.Outputs(step).ToList();
            Assert.NotEmpty(values);
            foreach (var value in values) Walk(value, step, []);
        }
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void The_same_source_gives_equal_values_and_the_same_text(string name)
    {
        var (first, second) = (GeneratorHarness.RunGood(name), GeneratorHarness.RunGood(name));
        Assert.NotSame(first.Plan, second.Plan);
        Assert.Equal(first.Plan, second.Plan);
        Assert.Equal(first.Plan.GetHashCode(), second.Plan.GetHashCode());
        Assert.Equal(first.Files[0].SourceText.ToString(), second.Files[0].SourceText.ToString());
    }

    /// <summary>A model whose latent no gradient reaches, which the graph shows.</summary>
    private string Stopped => vae.Replace("call(z)", "call(z.detach())", StringComparison.Ordinal);

    private static int LineOf(string source) => source.Split('\n').ToList().FindIndex(line => line.Contains("detach", StringComparison.Ordinal));

    private static IEnumerable<(string Id, int Line)> Faults(GeneratorRun run) =>
        run.Diagnostics.Select(d => (d.Id, d.Location.GetLineSpan().StartLinePosition.Line));

    private (GeneratorRun Before, GeneratorRun After) AssertEdit(
        string edited, IncrementalStepRunReason spec, IncrementalStepRunReason analyze, IncrementalStepRunReason emit, string? original = null)
    {
        var tree = GeneratorHarness.Parse(original ?? vae, "Vae.cs");
        var input = GeneratorHarness.Compilation(tree);
        var (driver, before) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        var (_, after) = GeneratorHarness.Run(driver, input.ReplaceSyntaxTree(tree, GeneratorHarness.Parse(edited, "Vae.cs")));
        AssertReasons(after, spec, analyze, emit);
        return (before, after);
    }

    private static void AssertReasons(GeneratorRun run, IncrementalStepRunReason spec, IncrementalStepRunReason analyze, IncrementalStepRunReason emit) =>
        Assert.Equal([spec, analyze, emit], [.. run.Reasons(TrackingNames.Spec), .. run.Reasons(TrackingNames.Analyze), .. run.Reasons(TrackingNames.Emit)]);

    /// <summary>Walks every field of a value, private ones too.</summary>
    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value)) return;
        if (value is ISymbol or Compilation or SyntaxNode or SyntaxTree or Location or SemanticModel or Diagnostic || value.GetType().Namespace?.StartsWith("Microsoft.", StringComparison.Ordinal) == true)
            Assert.Fail($"{path} holds {value.GetType()}");
        if (value is IEnumerable items)
        {
            foreach (var item in items) Walk(item, $"{path}[]", seen);
            return;
        }

        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), $"{path}.{field.Name}", seen);
    }
}
