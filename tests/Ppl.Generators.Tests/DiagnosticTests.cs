using System.Globalization;
using Microsoft.CodeAnalysis;
using Ppl.Generators.Diagnostics;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Every rule has a bad model that states exactly what is said about it, a page and a line in the ledger.</summary>
public class DiagnosticTests
{
    public static TheoryData<string> BadModels()
    {
        var models = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(GeneratorHarness.ModelsFolder, "bad"), "*.cs").Order(StringComparer.Ordinal))
            models.Add(Path.GetFileNameWithoutExtension(file));
        return models;
    }

    /// <summary>Rules about arguments that a call cannot have.</summary>
    private static readonly string[] CallRules = [Ir.Rules.NamedSite, Ir.Rules.SampleObserved, Ir.Rules.ObserveOrder];

    [Theory]
    [MemberData(nameof(BadModels))]
    public async Task A_bad_model_gets_exactly_the_diagnostics_it_states(string name)
    {
        var source = GeneratorHarness.ReadModel($"bad/{name}.cs");
        var run = GeneratorHarness.Run(source, $"{name}.cs");
        var advice = await run.Advise();
        var actual = run.Diagnostics.Concat(advice).Select(ExpectedDiagnostic.Of).OrderBy(d => d.Line).ThenBy(d => d.Start).ThenBy(d => d.Id, StringComparer.Ordinal).ToList();
        var expected = ExpectedDiagnostic.Read(source);
        if (!expected.SequenceEqual(actual))
        {
            var said = string.Join("\n", actual.Select(d => $"{(d.Line + 1).ToString(CultureInfo.InvariantCulture)}:\n{d}"));
            Assert.Fail($"{name} states other diagnostics than there are. To paste, each under its line:\n{said}");
        }

        Assert.Contains(actual, d => d.Id == name[..7]);
    }

    [Theory]
    [MemberData(nameof(BadModels))]
    public void A_bad_model_gets_no_errors_of_the_compiler_on_top(string name)
    {
        var source = GeneratorHarness.ReadModel($"bad/{name}.cs");
        var errors = GeneratorHarness.Run(source, $"{name}.cs").Output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error);

        // Calls that no method of the language takes are errors of the compiler too, at the place that the rule explains and nowhere else. Where 'partial' is
        // missing the compiler says so too, of the class that was written; nothing else is missing then.
        var lines = ExpectedDiagnostic.Read(source).Where(e => CallRules.Contains(e.Id)).Select(e => e.Line).ToHashSet();
        Assert.All(errors.Where(d => d.Id != "CS0260"), d => Assert.True(
            d.Location.GetLineSpan() is var place && place.Path == $"{name}.cs" && lines.Contains(place.StartLinePosition.Line), d.ToString()));
    }

    [Fact]
    public void A_faulty_model_keeps_its_public_face_and_throws_its_rule()
    {
        var source = GeneratorHarness.ReadModel("bad/PPL0019_NotReparameterized.cs") + """

            public static class User
            {
                public static object Use()
                {
                    var model = new Example();
                    var guide = model.CreateGuide(z: null);
                    var posterior = guide.Posterior(zeros(1, 2), samples: 3);
                    var joint = model.Simulate(2);
                    return (posterior.z, (Tensor)joint.x, model.Predict(posterior), model.LogJoint(posterior, zeros(1, 2)), guide.Reconstruct(zeros(1, 2)));
                }
            }
            """;
        var run = GeneratorHarness.Run(source);
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        var use = GeneratorHarness.Load(run).GetType("Bad.User")!.GetMethod("Use")!;
        var thrown = Assert.Throws<System.Reflection.TargetInvocationException>(() => use.Invoke(null, null));
        Assert.Contains("PPL0019", Assert.IsType<PplArgumentException>(thrown.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_bad_model_a_page_and_a_line_in_the_ledger()
    {
        var models = Directory.GetFiles(Path.Combine(GeneratorHarness.ModelsFolder, "bad")).Select(f => Path.GetFileName(f)[..7]).ToList();
        var ledger = File.ReadAllText(Path.Combine(Repository, "src/Ppl.Generators/AnalyzerReleases.Shipped.md"))
            + File.ReadAllText(Path.Combine(Repository, "src/Ppl.Generators/AnalyzerReleases.Unshipped.md"));
        var index = File.ReadAllText(Path.Combine(Repository, "docs/diagnostics/README.md"));
        foreach (var rule in PplDescriptors.All)
        {
            Assert.Contains(rule.Id, models);
            Assert.Contains($"\n{rule.Id} | {rule.Category} | {rule.DefaultSeverity} |", ledger, StringComparison.Ordinal);
            var page = File.ReadAllText(Path.Combine(Repository, $"docs/diagnostics/{rule.Id}.md"));
            Assert.StartsWith($"# {rule.Id}: {rule.Title.ToString(CultureInfo.InvariantCulture)}\n", page, StringComparison.Ordinal);
            Assert.Contains(rule.MessageFormat.ToString(CultureInfo.InvariantCulture), page, StringComparison.Ordinal);
            Assert.Contains($"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity.ToString().ToLowerInvariant()} | {rule.Title} |", index, StringComparison.Ordinal);
        }

        var ids = PplDescriptors.All.Select(r => r.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(models, id => Assert.Contains(id, ids));
        Assert.Equal(typeof(Ir.Rules).GetFields().Select(f => (string)f.GetRawConstantValue()!).Order(), ids.Order());
    }

    [Fact]
    public void Every_message_is_complete_in_itself()
    {
        foreach (var rule in PplDescriptors.All)
        {
            // What and why, then what to write instead. A link would have to be an address.
            Assert.Matches(@"^.{20,}\. [A-Z{].{2,}\.$", rule.MessageFormat.ToString(CultureInfo.InvariantCulture));
            Assert.Equal("", rule.HelpLinkUri);
        }
    }

    [Fact]
    public async Task Warnings_can_be_disabled_where_they_stand()
    {
        var source = GeneratorHarness.ReadModel("bad/PPL0101_UnusedLatent.cs");
        Assert.Single(await GeneratorHarness.Run(source).Advise());
        var line = source.Split('\n').Single(l => l.Contains("var unused", StringComparison.Ordinal));
        var silenced = source.Replace(line, $"#pragma warning disable PPL0101\n{line}\n#pragma warning restore PPL0101", StringComparison.Ordinal);
        Assert.Empty(await GeneratorHarness.Run(silenced).Advise());
    }

    [Fact]
    public void Errors_stand_in_the_syntax_tree_itself_as_pragmas_need()
    {
        var run = GeneratorHarness.Run(GeneratorHarness.ReadModel("bad/PPL0030_SiteInCondition.cs"));
        Assert.All(run.Diagnostics, d => Assert.Equal(LocationKind.SourceFile, d.Location.Kind));
        Assert.All(run.Diagnostics, d => Assert.Same(run.Input.SyntaxTrees.Single(), d.Location.SourceTree));
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public async Task Good_models_need_no_advice(string name) => Assert.Empty(await GeneratorHarness.RunGood(name).Advise());

    internal static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Ppl.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Ppl.sln");
            return folder;
        }
    }
}
