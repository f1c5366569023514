using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor SliceForm = new(
        Rules.SliceForm, "An observed slice has an unsupported form",
        "'{0}' is observed, a part of '{1}', and {2}. Observe one element of one dimension that no plate has taken, with the loop variable, a "
        + "constant or the length, each plus or minus a constant, as its index: 'Observe({1}[.., t], ...)'.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor LengthForm = new(
        Rules.LengthForm, "A length cannot be read off the data",
        "'{0}' gives no length: {2}. A length is the dimension of which the slices are observed, as in 'Observe({1}[.., t], ...)', or one that no "
        + "plate has taken of a parameter that is never observed; any other length is a field or a property.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SlicesIncomplete = new(
        Rules.SlicesIncomplete, "Slices of the data are left out or observed twice",
        "'{0}' is observed slice by slice, and {1} is {2}: a datum without a distribution would train nothing, and one with two is counted twice. "
        + "Let loops and single statements cover each index once, from 0 on; data that are only read are a parameter of their own.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SliceReadEarly = new(
        Rules.SliceReadEarly, "A slice of the data is read before it is observed",
        "'{0}' is read here, which is observed only later in the run, so that it has no value yet when the model simulates data. Read slices that "
        + "are observed before, as '{1}[.., t - 1]' in round t, or all of '{1}' after the loop; what has to be known before is a second parameter "
        + "that is never observed, a covariate.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);
}
