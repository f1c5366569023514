using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Ppl.Generators.Diagnostics;

namespace Ppl.Generators.Advice;

/// <summary>
/// Finds calls of <c>Ppl.Inference.Objective</c> whose arguments mean nothing together, as far as these are written out: constants, and an
/// objective made in the call. The library refuses the same, whoever computes the arguments, when the call runs.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ObjectiveAnalyzer : DiagnosticAnalyzer
{
    private const string Plain = "Plain";
    private const string StickingTheLanding = "StickingTheLanding";

    /// <summary>Bounds that weigh divergences.</summary>
    private static readonly string[] Weighted = ["Capacity", "FreeBits", "Constrained", "Geco", "InfoVae", "Wae", "BetaTcVae"];

    /// <summary>Objectives that train model and guide by gradients of different numbers.</summary>
    private static readonly string[] OfTwoGradients = ["Piwae", "WakeSleep", "FactorVae", "AdversarialAutoencoder", "Gan", "Wgan", "WganGp"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [PplDescriptors.ObjectiveParts];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName("Ppl.Inference.Objective") is not { } objective) return;
            start.RegisterOperationAction(operation => Analyze(operation, objective), OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, INamedTypeSymbol objective)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!IsOf(call, objective) || FaultOf(call, objective) is not var (reason, remedy)) return;
        context.ReportDiagnostic(Diagnostic.Create(
            PplDescriptors.ObjectiveParts, call.Syntax.GetLocation(), $"Objective.{call.TargetMethod.Name}", reason, remedy));
    }

    private static bool IsOf(IInvocationOperation call, INamedTypeSymbol objective) =>
        call.TargetMethod.IsStatic && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, objective);

    /// <summary>Why the arguments mean nothing together, and what to write; null where nothing is known against them.</summary>
    private static (string Reason, string Remedy)? FaultOf(IInvocationOperation call, INamedTypeSymbol objective) => call.TargetMethod.Name switch
    {
        "Elbo" => FaultOfElbo(call),
        "WakeSleep" when Number(call, "particles") == 1 && Number(call, "sleep") < 1 => (
            "the weight of one draw is 1 whatever it is, so that the wake phase would pull the guide to its own draws",
            "Take two particles or more, or 'sleep: 1'"),
        "Supervised" when Value(call, "inner") is IInvocationOperation inner && IsOf(inner, objective) => FaultOfSupervised(inner),
        _ => null,
    };

    private static (string Reason, string Remedy)? FaultOfElbo(IInvocationOperation call) => Name(call, "gradient") switch
    {
        "DoublyReparameterized" => (
            "the doubly reparameterized gradient squares the normalized weights of an importance weighted bound, and the ELBO has none",
            "Use GradientForm.StickingTheLanding, which is what it becomes for one particle, or Objective.Iwae"),
        StickingTheLanding when Name(call, "kl") == "ClosedForm" => (
            "sticking the landing drops the direct gradient of log q at the draw, and a divergence in closed form has no log q at a draw",
            "Use KlForm.Sampled"),
        _ => null,
    };

    private static (string Reason, string Remedy)? FaultOfSupervised(IInvocationOperation inner)
    {
        var name = inner.TargetMethod.Name;
        if (name == "Supervised") return ("the bound in it has the log q of what is known already", "Leave one of the two out");
        if (OfTwoGradients.Contains(name))
        {
            return ($"Objective.{name} trains model and guide by gradients of different numbers, so that there is no value to add log q to",
                "Use Objective.Iwae or Objective.Elbo");
        }

        if (Weighted.Contains(name) || (name == "Elbo" && (IsGiven(inner, "beta") || IsGiven(inner, "betas"))))
        {
            return ("its bound weighs divergences, and log p of what is known of a latent is none, but a part of the likelihood",
                "Use a bound without weights");
        }

        return Name(inner, "gradient") is { } gradient && gradient != Plain
            ? ("a gradient along the path holds the guide's parameters fixed, and log q of what is known is learnt by just these",
                "Use GradientForm.Plain")
            : null;
    }

    private static IOperation? Value(IInvocationOperation call, string parameter)
    {
        var value = call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;
        while (value is IConversionOperation conversion) value = conversion.Operand;
        return value;
    }

    /// <summary>Whether an argument is written, and not null.</summary>
    private static bool IsGiven(IInvocationOperation call, string parameter) =>
        call.Arguments.Any(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind == ArgumentKind.Explicit)
        && Value(call, parameter) is { ConstantValue: not { HasValue: true, Value: null } };

    private static double? Number(IInvocationOperation call, string parameter) =>
        Value(call, parameter)?.ConstantValue is { HasValue: true, Value: { } value } && value is int or double
            ? System.Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    /// <summary>The name of an enumeration's constant.</summary>
    private static string? Name(IInvocationOperation call, string parameter) =>
        Value(call, parameter) is { Type: { TypeKind: TypeKind.Enum } type, ConstantValue: { HasValue: true, Value: { } value } }
            ? type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => Equals(field.ConstantValue, value))?.Name
            : null;
}
