using Microsoft.CodeAnalysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Models that call others.</summary>
public class SubmodelTests
{
    private const IncrementalStepRunReason Cached = IncrementalStepRunReason.Cached;
    private const IncrementalStepRunReason Modified = IncrementalStepRunReason.Modified;

    private const string Usings = """
        using Ppl;
        using Ppl.Distributions;
        using TorchSharp;
        using static TorchSharp.torch;

        """;

    private const string Part = Usings + """
        namespace Parts;

        public sealed partial class Code : GenerativeModel
        {
            [Model]
            public Tensor Draw(Tensor mean)
            {
                var z = Sample(Normal(mean, 1));
                return z;
            }
        }
        """;

    private const string Whole = Usings + """
        namespace Wholes;

        public sealed partial class Whole : GenerativeModel
        {
            private readonly Parts.Code code = new();

            public Whole() => RegisterComponents();

            [Model]
            private void Generate(Tensor x)
            {
                using var data = Plate(x);
                var a = code.Draw(zeros(2));
                Observe(x, Normal(a, 1));
            }
        }
        """;

    [Fact]
    public Task Composed_code() => Verifier.Verify(string.Join("\n", Composed().Files.Select(f => f.SourceText)), "cs");

    [Fact]
    public Task Composed_passes() =>
        Verifier.Verify(string.Join("\n", Composed().Plans.Select(p => p.Model.ToText() + p.ToText())), "txt");

    /// <summary>A submodel with a mask, a loop of its own length and recorded values.</summary>
    [Fact]
    public Task Patients_code() => Verifier.Verify(string.Join("\n", Composed("Patients").Files.Select(f => f.SourceText)), "cs");

    /// <summary>A run knows a statement by line and text, so that two of other files may be one to it: their masks have to be one too.</summary>
    [Fact]
    public void Statements_of_two_files_on_one_line_have_the_same_mask()
    {
        static string Part(string name, string mask) => Usings + $$"""
            namespace Parts;

            public sealed partial class {{name}} : GenerativeModel
            {
                [Model]
                public Tensor Weigh(Tensor x, Tensor h, Tensor present)
                {
                    Observe(x, Normal(h, 1), where: {{mask}});
                    return h;
                }
            }
            """;
        const string model = Usings + """
            namespace Wholes;

            public sealed partial class Whole : GenerativeModel
            {
                private readonly bool wide = true;
                private readonly Parts.One one = new();
                private readonly Parts.Other other = new();

                public Whole() => RegisterComponents();

                [Model]
                private void Generate(Tensor x, Tensor present)
                {
                    using var data = Plate(x, present);
                    var z = Sample(Normal(0, 1));
                    if (wide) one.Weigh(x, z, present);
                    else other.Weigh(x, z, present);
                }
            }
            """;
        GeneratorRun Run(string mask) => GeneratorHarness.Run(
            Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest, (Part("One", "present"), "One.cs"), (Part("Other", mask), "Other.cs"), (model, "Whole.cs"));
        Assert.Empty(Run("present").Diagnostics);
        var fault = Assert.Single(Run("present.eq(0)").Diagnostics);
        Assert.Equal(Ir.Rules.ArmsWithOtherMasks, fault.Id);
        Assert.Contains("one has 'where: present', another has 'where: present.eq(0)'", fault.GetMessage(), StringComparison.Ordinal);
    }

    /// <summary>A model and its parts, without a diagnostic or a warning of the compiler.</summary>
    private static GeneratorRun Composed(string name = "Composed")
    {
        var run = GeneratorHarness.Run(GeneratorHarness.ReadModel($"composed/{name}.cs"), $"{name}.cs");
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
        return run;
    }

    [Theory]
    [InlineData("var z =", "var w =", "return z;", "return w;")]
    [InlineData("Normal(mean, 1)", "Normal(mean, 2)", "", "")]
    [InlineData("namespace Parts;", "\nnamespace Parts;", "", "")]
    public void An_edit_of_a_submodel_reaches_its_callers(string old, string changed, string alsoOld, string alsoChanged)
    {
        var edited = Part.Replace(old, changed, StringComparison.Ordinal);
        if (alsoOld.Length > 0) edited = edited.Replace(alsoOld, alsoChanged, StringComparison.Ordinal);
        Assert.Equal([Modified, Modified], Emission(edited));
    }

    /// <summary>Whoever calls it is read again, and comes out the same.</summary>
    [Fact]
    public void An_edit_of_a_submodels_arithmetic_is_written_into_its_own_file_alone() =>
        Assert.Equal([Modified, IncrementalStepRunReason.Unchanged], Emission(Part.Replace("return z;", "return z.neg();", StringComparison.Ordinal)));

    [Theory]
    [InlineData("return z;", "return z; // the code")]
    [InlineData("namespace Parts;", "namespace Parts; // of models")]
    public void An_edit_beside_a_submodel_costs_nothing(string old, string changed) =>
        Assert.Equal([Cached, Cached], Emission(Part.Replace(old, changed, StringComparison.Ordinal)));

    private static IEnumerable<IncrementalStepRunReason> Emission(string edited)
    {
        var part = GeneratorHarness.Parse(Part, "Code.cs");
        var input = GeneratorHarness.Compilation(part, GeneratorHarness.Parse(Whole, "Whole.cs"));
        var (driver, before) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        Assert.Empty(before.Diagnostics);
        Assert.Empty(before.Compile());
        var (_, after) = GeneratorHarness.Run(driver, input.ReplaceSyntaxTree(part, GeneratorHarness.Parse(edited, "Code.cs")));
        return after.Reasons(TrackingNames.Emit);
    }

    [Fact]
    public void A_submodel_of_another_assembly_is_refused()
    {
        var library = GeneratorHarness.Compilation(GeneratorHarness.Parse(Part, "Code.cs")).WithAssemblyName("Parts");
        var (_, run) = GeneratorHarness.Run(GeneratorHarness.Driver(), library);
        using var image = new MemoryStream();
        Assert.True(run.Output.Emit(image).Success);
        image.Position = 0;
        var input = GeneratorHarness.Compilation(GeneratorHarness.Parse(Whole, "Whole.cs")).AddReferences(MetadataReference.CreateFromStream(image));
        var said = Assert.Single(GeneratorHarness.Run(GeneratorHarness.Driver(), input).Run.Diagnostics);
        Assert.Equal(
            "The submodel 'Draw' cannot be called like this: it is compiled in Parts, where its statements cannot be read. Keep submodels as source files in "
                + "the project of the models that call them.",
            said.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("a.add_(1);", "a.z")]
    [InlineData("var view = a.view(-1, 2); view.zero_();", "a.z")]
    public void What_a_submodel_returns_cannot_be_changed_in_place_where_it_is_a_latent(string statement, string latent)
    {
        var source = Whole.Replace("Observe(", statement + "\n        Observe(", StringComparison.Ordinal);
        var said = Assert.Single(Run(source).Diagnostics);
        Assert.Equal("PPL0053", said.Id);
        Assert.Contains($"'{latent}'", said.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_the_compiler_in_a_submodel_is_reported_where_it_stands_and_nowhere_else()
    {
        var run = GeneratorHarness.Run(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest, (Part.Replace("Normal(mean", "Normal(maen", StringComparison.Ordinal), "Code.cs"), (Whole, "Whole.cs"));
        Assert.Empty(run.Diagnostics);
        var error = Assert.Single(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(("CS0103", "Code.cs"), (error.Id, error.Location.GetLineSpan().Path));
    }

    [Fact]
    public void Names_that_generated_members_would_have_step_aside()
    {
        var part = Part.Replace("    [Model]", "    internal static int DrawSites, RunDraw;\n    [Model]", StringComparison.Ordinal)
            .Replace("Draw(Tensor mean)", "Draw(Tensor sites)", StringComparison.Ordinal).Replace("Normal(mean", "Normal(sites", StringComparison.Ordinal)
            .Replace("var z ", "var index ", StringComparison.Ordinal).Replace("return z", "return index", StringComparison.Ordinal);
        var whole = Whole.Replace(" a ", " tensor ", StringComparison.Ordinal).Replace("Normal(a", "Normal(tensor", StringComparison.Ordinal);
        var run = GeneratorHarness.Run(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest, (part, "Code.cs"), (whole, "Whole.cs"));
        Assert.Empty(run.Diagnostics);
        Assert.DoesNotContain(run.Compile(), d => d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(run.Compile(), d => d.Severity == DiagnosticSeverity.Error);
    }

    private static GeneratorRun Run(string source) =>
        GeneratorHarness.Run(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest, (Part, "Code.cs"), (source, "Whole.cs"));
}
