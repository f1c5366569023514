using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Ppl.Generators.Frontend;

namespace Ppl.Generators.Advice;

/// <summary>
/// Silences the advice (CA1822) to make a method static where it is a model that reads no field: a model's method belongs to its instance,
/// and a static one is refused.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticModelSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Descriptor = new("PPLS001", "CA1822", "A [Model] method belongs to its instance.");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [Descriptor];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree) continue;
            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            var symbol = context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken);
            if (symbol is IMethodSymbol method && KnownSymbols.ModelAttributeOf(method) is not null)
                context.ReportSuppression(Suppression.Create(Descriptor, diagnostic));
        }
    }
}
