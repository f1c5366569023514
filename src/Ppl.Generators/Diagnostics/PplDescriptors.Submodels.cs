using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

/// <summary>Rules about models that call others.</summary>
internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor Submodel = new(
        Rules.Submodel, "A called method draws sites of its own",
        "'{0}' calls Sample, Observe or Plate itself, and nothing says how its sites are found. Write [Model] above it and let it return a result: "
        + "it is a submodel then, whose sites have the name of the variable that receives the result.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SubmodelCall = new(
        Rules.SubmodelCall, "A call of a submodel has an unsupported form",
        "The submodel '{0}' cannot be called like this: {1}. {2}.",
        "Ppl.Submodels", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SubmodelContent = new(
        Rules.SubmodelContent, "A submodel holds what its callers cannot follow",
        "A [Model] method that returns something is a submodel, part of the models that call it, and {0}. {1}.",
        "Ppl.Submodels", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SubmodelFaulty = new(
        Rules.SubmodelFaulty, "A called submodel has faults",
        "The submodel '{0}' has faults, which are reported where it is written. Mend these first.",
        "Ppl.Submodels", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SubmodelRecursion = new(
        Rules.SubmodelRecursion, "A submodel calls itself",
        "'{0}' leads back to '{1}', and the sites of a model are all known when it is compiled. Write a loop over an array of results.",
        "Ppl.Submodels", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SubmodelNameTwice = new(
        Rules.SubmodelNameTwice, "One variable receives two submodels",
        "'{0}' is already the name of other sites, and would be that of this submodel's sites too. Give the result a local of another name.",
        "Ppl.Submodels", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SubmodelOrder = new(
        Rules.SubmodelOrder, "Two calls of a submodel cannot be told apart",
        "'{0}' is drawn under '{2}', and '{1}' by the same statement, so that a run that reaches one of them does not show which. Call the submodel "
        + "once, and let the branch choose its arguments, or give one of the calls a submodel of its own.",
        "Ppl.Submodels", DiagnosticSeverity.Error, true);
}
