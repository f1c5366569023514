using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Ppl.Generators.Advice;
using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Tests.Harness;

/// <summary>What a run of the generator over one source gave.</summary>
internal sealed record GeneratorRun(Compilation Input, Compilation Output, ImmutableArray<Diagnostic> Diagnostics, GeneratorDriverRunResult Result)
{
    public IReadOnlyList<GeneratedSourceResult> Files => Result.Results[0].GeneratedSources;

    public InferencePlan Plan => Plans.Single();

    public IReadOnlyList<InferencePlan> Plans => [.. Outputs(TrackingNames.Analyze).Cast<PlacedPlan>().Select(p => p.Plan)];

    public ProgramSpec Program => Plan.Program;

    public IEnumerable<object> Outputs(string step) => Result.Results[0].TrackedSteps.TryGetValue(step, out var steps) ? steps.SelectMany(s => s.Outputs).Select(o => o.Value) : [];

    public IEnumerable<IncrementalStepRunReason> Reasons(string step) => Result.Results[0].TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason);

    /// <summary>What the analyzers say, with the source's own #pragma directives applied.</summary>
    public async Task<ImmutableArray<Diagnostic>> Advise() =>
        await Output.WithAnalyzers([new PedanticAnalyzer(), new RegistrationAnalyzer(), new ClosedFormAnalyzer(), new ObjectiveAnalyzer()]).GetAnalyzerDiagnosticsAsync();

    /// <summary>
    /// Everything the compiler says of the user's source and the generated files, from warnings up. Documentation is asked of generated members only.
    /// </summary>
    public IReadOnlyList<Diagnostic> Compile() => [.. Output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning
        && (d.Id != "CS1591" || d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true))];
}

/// <summary>Compiles models with the generator, against the real Ppl.Core and Torch.</summary>
internal static class GeneratorHarness
{
    private const string VersionMark = "// LangVersion ";

    private static readonly CSharpParseOptions ParseOptions = CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && !name.StartsWith("Ppl.Generators", StringComparison.Ordinal)
                && !name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) && !name.StartsWith("xunit", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    public static string ModelsFolder => Path.Combine(AppContext.BaseDirectory, "Models");

    public static string ReadModel(string name) => File.ReadAllText(Path.Combine(ModelsFolder, name));

    public static SyntaxTree Parse(string source, string path) => Parse(source, path, VersionOf(source));

    private static SyntaxTree Parse(string source, string path, LanguageVersion version) =>
        CSharpSyntaxTree.ParseText(SourceText.From(source, System.Text.Encoding.UTF8), ParseOptions.WithLanguageVersion(version), path);

    /// <summary>The language version that a source asks for in its first line, <c>// LangVersion 11</c>; the newest one otherwise.</summary>
    private static LanguageVersion VersionOf(string source) =>
        source.StartsWith(VersionMark, StringComparison.Ordinal)
            && LanguageVersionFacts.TryParse(source[VersionMark.Length..source.IndexOf('\n', StringComparison.Ordinal)].Trim(), out var version) ? version : LanguageVersion.Preview;

    public static CSharpCompilation Compilation(params SyntaxTree[] trees) => CSharpCompilation.Create("Models", trees, References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999, allowUnsafe: true));

    public static GeneratorDriver Driver(LanguageVersion version = LanguageVersion.Preview) => CSharpGeneratorDriver.Create([new PplGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions.WithLanguageVersion(version),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static GeneratorRun Run(string source, string path = "Model.cs") => Run(VersionOf(source), (source, path));

    /// <summary>Runs the generator over several files of one language version.</summary>
    public static GeneratorRun Run(LanguageVersion version, params (string Source, string Path)[] files) =>
        Run(Driver(version), Compilation([.. files.Select(f => Parse(f.Source, f.Path, version))])).Run;

    public static (GeneratorDriver Driver, GeneratorRun Run) Run(GeneratorDriver driver, Compilation input)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(input, out var output, out var diagnostics);
        return (driver, new GeneratorRun(input, output, diagnostics, driver.GetRunResult()));
    }

    /// <summary>Runs the generator over a good model: no diagnostics, and no warning from the compiler about anything.</summary>
    public static GeneratorRun RunGood(string name)
    {
        var run = Run(ReadModel($"good/{name}.cs"), $"{name}.cs");
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
        return run;
    }

    /// <summary>The compiled assembly, loaded.</summary>
    public static Assembly Load(GeneratorRun run)
    {
        using var stream = new MemoryStream();
        var emitted = run.Output.Emit(stream);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        stream.Position = 0;
        return new AssemblyLoadContext(null).LoadFromStream(stream);
    }
}
