using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ppl.Generators.Tests.Harness;

/// <summary>
/// Whether what is wrong with a source is all that shows: no error stands in generated code, none is new in the user's own, and what is generated is there for
/// those who use the model.
/// </summary>
internal static class ErrorCheck
{
    private const string UserPath = "User.cs";
    private static readonly string[] Generated = ["CreateGuide", "Latents", "Joint", "Interventions", "Simulate", "Predict", "LogJoint", "Guide", "Posterior", "Reconstruct"];

    /// <summary>Fails where something shows that should not.</summary>
    public static GeneratorRun Run(string source, string model)
    {
        var run = Compile(source, model);
        if (Find(run) is { } fault) Assert.Fail($"{fault}\n\nin\n{source}");
        return run;
    }

    /// <summary>Runs the generator over a model and code that uses it.</summary>
    public static GeneratorRun Compile(string source, string model)
    {
        var version = source.StartsWith("// LangVersion 11", StringComparison.Ordinal) ? LanguageVersion.CSharp11 : LanguageVersion.Preview;
        return GeneratorHarness.Run(version, (source, $"{model}.cs"), (User(model), UserPath));
    }

    /// <summary>The first thing that should not be; null where there is none.</summary>
    public static string? Find(GeneratorRun run)
    {
        if (run.Result.Results[0].Exception is { } exception) return exception.ToString();
        var before = Errors(run.Input).Select(Place).ToHashSet();
        var after = Errors(run.Output).ToList();
        var inside = run.Output.GetDiagnostics().FirstOrDefault(d => d is { Severity: >= DiagnosticSeverity.Warning, IsSuppressed: false }
            && d.Location.SourceTree is { } tree && PublicMembers.IsGenerated(tree));
        if (inside is not null) return $"in generated code: {inside}";

        // The class that lacks 'partial' is told so by the compiler too, now that there is another part of it.
        var known = run.Diagnostics.Any(d => d.Id is "PPL0001" or "PPL0003") ? "CS0260" : "";
        if (after.Find(e => e.Id != known && e.Location.SourceTree?.FilePath != UserPath && !before.Contains(Place(e))) is { } other) return $"new: {other}";
        if (run.Files.Count == 0) return run.Plans.Any(p => p.Model.Host.CanEmit) ? "nothing was generated" : null;
        return after.Find(e => e.Location.SourceTree?.FilePath == UserPath && IsAboutGenerated(e)) is { } missing ? $"missing: {missing}" : null;
    }

    private static IEnumerable<Diagnostic> Errors(Compilation compilation) =>
        compilation.GetDiagnostics().Where(d => d.DefaultSeverity == DiagnosticSeverity.Error && !d.Id.StartsWith("PPL", StringComparison.Ordinal));

    private static (string, string?, Microsoft.CodeAnalysis.Text.TextSpan) Place(Diagnostic error) => (error.Id, error.Location.SourceTree?.FilePath, error.Location.SourceSpan);

    private static bool IsAboutGenerated(Diagnostic error)
    {
        var message = error.GetMessage(CultureInfo.InvariantCulture);
        return Generated.Any(name => message.Contains($"'{name}'", StringComparison.Ordinal));
    }

    /// <summary>Code that uses a model, in a file of its own.</summary>
    private static string User(string model)
    {
        var type = model switch
        {
            "Cvae" => "Cvae",
            "Locals" => "Good.Outer.Locals<int>",
            _ => $"Good.{model}",
        };
        return $$"""
            internal static class User
            {
                public static object Use({{type}} model, {{type}}.Latents latents, {{type}}.Joint joint)
                {
                    var guide = model.CreateGuide();
                    {{type}}.Guide same = guide;
                    string[] members = [nameof(model.Simulate), nameof(model.Predict), nameof(model.LogJoint), nameof(same.Posterior), nameof(same.Reconstruct)];
                    return (members, latents, joint);
                }
            }
            """;
    }
}
