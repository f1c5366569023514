using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Ppl.Generators.Bench;

/// <summary>What an edit of one model costs.</summary>
/// <param name="Emitted">Files that are emitted anew.</param>
/// <param name="Seconds">Time in the generator.</param>
internal sealed record EditCost(int Emitted, double Seconds);

/// <summary>A project in memory with as many models as are asked for: those of the generator's tests, each in its own namespace.</summary>
internal sealed class ManyModels
{
    private const string Space = "namespace Good";
    private const string Edited = "Sample(Normal(0, ";
    private static readonly CSharpParseOptions Options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    private readonly string[] sources;
    private readonly ImmutableArray<MetadataReference> references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => !Path.GetFileName(p).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
                && !Path.GetFileName(p).StartsWith("Ppl.Generators", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    public ManyModels(int count)
    {
        var models = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Models"), "*.cs").Order(StringComparer.Ordinal)
            .Select(File.ReadAllText).Where(text => text.Contains(Space, StringComparison.Ordinal)).ToArray();
        sources = [.. Enumerable.Range(0, count).Select(i => Renamed(models[i % models.Length], i))];
    }

    /// <summary>One build from the text to the assembly.</summary>
    public void Build(bool withGenerator)
    {
        Compilation compilation = Compile(sources);
        if (withGenerator) Driver().RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        if (withGenerator && !result.Success) throw new InvalidOperationException(string.Join("\n", result.Diagnostics.Take(5)));
    }

    /// <summary>Changes a number in one model after a first run, as an editor does.</summary>
    public EditCost Edit()
    {
        var before = Compile(sources);
        var driver = Driver().RunGenerators(before);
        var edited = before.SyntaxTrees.First(tree => tree.ToString().Contains(Edited, StringComparison.Ordinal));
        var text = edited.GetText();
        var place = text.ToString().IndexOf(Edited, StringComparison.Ordinal) + Edited.Length;
        var after = before.ReplaceSyntaxTree(edited, edited.WithChangedText(text.Replace(new TextSpan(place, 0), "1 + ")));
        var watch = Stopwatch.StartNew();
        driver = driver.RunGenerators(after);
        var seconds = watch.Elapsed.TotalSeconds;
        var emitted = driver.GetRunResult().Results[0].TrackedSteps[TrackingNames.Emit].SelectMany(step => step.Outputs)
            .Count(output => output.Reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New);
        return new EditCost(emitted, seconds);
    }

    private static string Renamed(string model, int number) => model.Replace(Space, $"{Space}{number}", StringComparison.Ordinal);

    private CSharpCompilation Compile(IEnumerable<string> texts) => CSharpCompilation.Create(
        "Models",
        texts.Select((text, i) => CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), Options, $"Model{i}.cs")),
        references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new PplGenerator().AsSourceGenerator()],
        parseOptions: Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
}
