using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Ppl.Generators.Analysis;
using Ppl.Generators.Diagnostics;
using Ppl.Generators.Frontend;

namespace Ppl.Generators.Advice;

/// <summary>
/// Advice about models that compile: warnings, each of which can be turned off. It shares the frontend and the analysis with the generator.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PedanticAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. PplDescriptors.Advice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.MethodDeclaration);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context)
    {
        var syntax = (MethodDeclarationSyntax)context.Node;
        if (syntax.AttributeLists.Count == 0 || syntax.Parent is not TypeDeclarationSyntax
            || context.SemanticModel.GetDeclaredSymbol(syntax, context.CancellationToken) is not { } method) return;
        if (KnownSymbols.ModelAttributeOf(method) is null) return;
        var parsed = ModelParser.Parse(syntax, method, context.SemanticModel, context.CancellationToken);
        foreach (var issue in Advisor.Advise(ModelAnalyzer.Analyze(parsed.Spec)))
            context.ReportDiagnostic(PplDescriptors.ToDiagnostic(issue, parsed.Sources));
    }
}
