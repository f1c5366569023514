using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Ppl.Generators.Analysis;
using Ppl.Generators.Diagnostics;
using Ppl.Generators.Emission;
using Ppl.Generators.Frontend;
using Ppl.Generators.Ir;

namespace Ppl.Generators;

/// <summary>Wires the pipeline: parse, analyse, emit for each model by itself; and beside it, from the same parse, the diagnostics.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PplGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var parsed = context.SyntaxProvider.ForAttributeWithMetadataName(
                KnownSymbols.ModelAttribute,
                static (node, _) => node is MethodDeclarationSyntax { Parent: TypeDeclarationSyntax },
                static (model, cancellation) => EarlierReadings.Read(
                    (MethodDeclarationSyntax)model.TargetNode, (IMethodSymbol)model.TargetSymbol, model.SemanticModel, cancellation))
            .WithTrackingName(TrackingNames.Parse);

        // Equal after edits that neither change the model nor move it. A move changes the #line directives, so emission has to follow it; everything
        // stays within one model, so that an edit costs the others nothing.
        var plans = parsed.Select(static (model, _) => new PlacedModel(model.Spec, model.Lines)).WithTrackingName(TrackingNames.Spec)
            .Select(static (model, _) => new PlacedPlan(ModelAnalyzer.Analyze(model.Spec), model.Lines)).WithTrackingName(TrackingNames.Analyze);
        var files = plans.Select(static (plan, _) => new GeneratedFile(plan.Plan.Model.Host.HintName, ModelEmitter.Emit(plan.Plan, plan.Lines)))
            .WithTrackingName(TrackingNames.Emit);

        // Roslyn takes no two files whose names differ in case alone. The few names that do are the same after nearly every edit.
        var alike = parsed.Select(static (model, _) => model.Spec.Host.HintName).Collect().Select(static (names, _) => HintNames.Alike(names));
        context.RegisterSourceOutput(files.Combine(alike), static (output, file) =>
        {
            if (file.Left.Text is { } text)
                output.AddSource(HintNames.Distinct(file.Left.HintName, file.Right), SourceText.From(text, Encoding.UTF8));
        });

        // Diagnostics need real locations, which no cached value may hold. What analysis found is taken from the plan of the same model.
        var faulty = plans.Where(static plan => plan.Plan.Issues.Count > 0).Collect().Select(static (all, _) => all.ToEquatable());
        context.RegisterSourceOutput(parsed.Combine(faulty), static (output, model) =>
        {
            foreach (var issue in model.Left.Spec.Issues.Concat(IssuesOf(model.Left, model.Right)))
                output.ReportDiagnostic(PplDescriptors.ToDiagnostic(issue, model.Left.Sources));
        });
    }

    private static IEnumerable<Issue> IssuesOf(Parsed model, EquatableArray<PlacedPlan> plans) =>
        plans.FirstOrDefault(p => p.Plan.Model == model.Spec && p.Lines == model.Lines)?.Plan.Issues ?? EquatableArray<Issue>.Empty;
}

/// <summary>The text of a model's file; null where nothing can be generated.</summary>
internal sealed record GeneratedFile(string HintName, string? Text);

/// <summary>A model and where its parts stand: all that emission depends on, and nothing of Roslyn.</summary>
internal sealed record PlacedModel(ModelSpec Spec, LineMap Lines);

/// <summary>A plan and where its parts stand.</summary>
internal sealed record PlacedPlan(InferencePlan Plan, LineMap Lines);
