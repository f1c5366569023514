using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Ppl.Generators.Bench;

/// <summary>What a build costs, in processor time: that does not count what other programs take of the machine meanwhile.</summary>
/// <param name="Total">From the text to the assembly.</param>
/// <param name="Generator">In the generator.</param>
/// <param name="Wall">From the text to the assembly, by the clock.</param>
/// <param name="Lines">Lines that were generated.</param>
internal sealed record BuildCost(double Total, double Generator, double Wall, int Lines);

/// <summary>What an edit of one model costs.</summary>
/// <param name="Emitted">Files that are emitted anew.</param>
/// <param name="Seconds">Processor time in the generator.</param>
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

    /// <summary>The models' own lines.</summary>
    public int Lines => sources.Sum(text => text.AsSpan().Count('\n'));

    /// <summary>One build from the text to the assembly.</summary>
    public BuildCost Build(bool withGenerator)
    {
        var (watch, start) = (Stopwatch.StartNew(), Used());
        Compilation compilation = Compile(sources);
        var before = Used();
        if (withGenerator) Driver().RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        var after = Used();
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        if (!result.Success) throw new InvalidOperationException(string.Join("\n", result.Diagnostics.Take(5)));
        var lines = compilation.SyntaxTrees.Skip(sources.Length).Sum(tree => tree.GetText().Lines.Count);
        return new BuildCost(Used() - start, after - before, watch.Elapsed.TotalSeconds, lines);
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
        var start = Used();
        driver = driver.RunGenerators(after);
        var seconds = Used() - start;
        var emitted = driver.GetRunResult().Results[0].TrackedSteps[TrackingNames.Emit].SelectMany(step => step.Outputs)
            .Count(output => output.Reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New);
        return new EditCost(emitted, seconds);
    }

    /// <summary>Processor time of this program so far.</summary>
    private static double Used() => Environment.CpuUsage.TotalTime.TotalSeconds;

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
