using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

/// <summary>Rules about data that are there in part.</summary>
internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor MaskForm = new(
        Rules.MaskForm, "A mask reads more than data",
        "The mask of '{0}' reads '{1}', {2}. It says which data there are, to the guide too, which knows nothing but data: compute it inside "
        + "'where:' from parameters of the method.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor MaskNotInPlate = new(
        Rules.MaskNotInPlate, "A mask is not in the plate",
        "'{0}' is the mask of '{1}' inside plate '{2}' and is not given to it, so that it is not known to have a row for each copy. Write "
        + "'Plate({3})'; one that is the same for all of the plate needs a dimension of 1 there, as in 'where: {0}.unsqueeze(0)'.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ArmsWithOtherMasks = new(
        Rules.ArmsWithOtherMasks, "Arms of a branch observe the same data with other masks",
        "'{0}' is observed in several arms of a branch: one {1}, another {2}. Encoders are told which data are there "
        + "before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that "
        + "decides as the branch does.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor KnownForm = new(
        Rules.KnownForm, "A latent cannot be partly observed like this",
        "'{0}' cannot be partly observed like this. {1}.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor FactorForm = new(
        Rules.FactorForm, "Factor takes a local, once",
        "'Factor' takes a local that holds its log weight, whose name it has, and counts it once. {0}.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor DeterministicForm = new(
        Rules.DeterministicForm, "Deterministic gives a local its value",
        "'Deterministic' records the value of a local, by whose name results have it. {0}.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor RecordWithoutRows = new(
        Rules.RecordWithoutRows, "A recorded value has no rows",
        "'{0}' is recorded inside plate '{1}' and is computed from nothing inside it: it is one value for all rows. Record it before the plate.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor KnownRead = new(
        Rules.KnownRead, "What is known of a latent is read by itself",
        "'{0}' holds what is known of '{1}', so that nothing else may read it. Read '{1}', which has these values where they are known; else pass "
        + "what is needed here as a second parameter that is never observed, a covariate.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);
}
