#pragma warning disable RS1029, RS1036, RS1041, RS2008 // An analyzer that only this test runs.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Ppl.Generators.Advice;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>What other analyzers say of a model's method against the language's rules is silenced, and nothing else is.</summary>
public class SuppressorTests
{
    [Fact]
    public async Task A_model_that_reads_no_field_is_not_told_to_be_static()
    {
        var run = GeneratorHarness.Run("""
            using Ppl;
            using static TorchSharp.torch;
            public partial class Example : GenerativeModel
            {
                [Model]
                private void Generate(Tensor x)
                {
                    using var data = Plate(x);
                    var z = Sample(Normal(0, 1));
                    Observe(x, Normal(z, 1));
                }

                private void Other() { }
            }
            """);
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, true, reportSuppressedDiagnostics: true);
        var analyzers = ImmutableArray.Create<DiagnosticAnalyzer>(new StaticAdvice(), new StaticModelSuppressor());
        var found = await run.Input.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync();
        Assert.Equal(
            [("Generate", true), ("Other", false)],
            found.Select(d => (d.Location.SourceTree!.GetRoot().FindToken(d.Location.SourceSpan.Start).ValueText, d.IsSuppressed)).Order());
    }

    /// <summary>Says of every method what the analyzers of .NET say of those that read no field.</summary>
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class StaticAdvice : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Advice = new("CA1822", "Mark members as static", "Static", "Performance", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Advice];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterSyntaxNodeAction(
                node => node.ReportDiagnostic(Diagnostic.Create(Advice, ((MethodDeclarationSyntax)node.Node).Identifier.GetLocation())),
                SyntaxKind.MethodDeclaration);
        }
    }
}
