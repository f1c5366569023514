using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>Compiles text as a console project with implicit usings that references our packages does: generator and analyzers included.</summary>
internal static class UserCompiler
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private const LanguageVersion Latest = LanguageVersion.Latest;

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly Type[] Generators = AssemblyLoadContext.Default
        .LoadFromAssemblyPath(typeof(UserCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Generators").Value!)
        .GetTypes();

    /// <summary>What the compiler and our analyzers say, warnings included.</summary>
    public static async Task<IReadOnlyList<string>> Faults(string text) =>
        [.. (await Diagnose(text, Latest, OutputKind.ConsoleApplication)).Select(d => d.ToString())];

    /// <summary>What the compiler and our analyzers say of a program or a library in some version of C#, warnings included.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> Diagnose(string text, LanguageVersion version, OutputKind kind)
    {
        var (made, reported) = Generate([text], version, kind, References);
        var advice = await made.WithAnalyzers([.. Instances<DiagnosticAnalyzer>()]).GetAnalyzerDiagnosticsAsync();
        return [.. made.GetDiagnostics().Concat(reported).Concat(advice).Where(d => d.Severity >= DiagnosticSeverity.Warning)];
    }

    /// <summary>The program, loaded.</summary>
    public static Assembly Load(string text)
    {
        return Assembly.Load(Image([text], OutputKind.ConsoleApplication));
    }

    /// <summary>The bytes of an assembly of several files, over others that are given as bytes.</summary>
    public static byte[] Image(IReadOnlyList<string> files, OutputKind kind, params IReadOnlyList<byte[]> over)
    {
        using var stream = new MemoryStream();
        var (made, reported) = Generate(files, Latest, kind, [.. References, .. over.Select(image => MetadataReference.CreateFromImage(image))]);
        var result = made.Emit(stream);
        Assert.Equal([], reported.Concat(result.Diagnostics).Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
        return stream.ToArray();
    }

    private static (Compilation Made, IEnumerable<Diagnostic> Reported) Generate(
        IReadOnlyList<string> files, LanguageVersion version, OutputKind kind, IEnumerable<MetadataReference> references)
    {
        var parsing = new CSharpParseOptions(version);
        var compilation = CSharpCompilation.Create(
            kind == OutputKind.ConsoleApplication ? "User" : "UserLibrary",
            [
                .. files.Select((text, i) => CSharpSyntaxTree.ParseText(text, parsing, i == 0 ? "Program.cs" : $"File{i}.cs")),
                CSharpSyntaxTree.ParseText(ImplicitUsings, parsing, "GlobalUsings.g.cs"),
            ],
            references,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        var generators = Instances<IIncrementalGenerator>().Select(g => g.AsSourceGenerator());
        CSharpGeneratorDriver.Create(generators, parseOptions: parsing).RunGeneratorsAndUpdateCompilation(compilation, out var made, out var reported);
        return (made, reported);
    }

    private static IEnumerable<T> Instances<T>() =>
        Generators.Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(T))).Select(t => (T)Activator.CreateInstance(t, nonPublic: true)!);
}
