using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Ppl.Generators.Diagnostics;
using Ppl.Generators.Frontend;

namespace Ppl.Generators.Advice;

/// <summary>Finds methods marked [ClosedFormKl] that neither the compiler nor the registry of Ppl.Core would take.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClosedFormAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [PplDescriptors.ClosedFormKlForm];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.Method);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.GetAttributes().Length == 0) return;
        var rule = new ClosedFormRule(KnownSymbols.Of(context.Compilation));
        if (rule.IsMarked(method) && rule.FaultOf(method) is { } fault)
            context.ReportDiagnostic(Diagnostic.Create(PplDescriptors.ClosedFormKlForm, method.Locations[0], method.Name, fault));
    }
}
