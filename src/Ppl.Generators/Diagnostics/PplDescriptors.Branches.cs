using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor ConditionOnLatent = new(
        Rules.ConditionOnLatent, "A branch on a latent",
        "This condition depends on the value of '{0}', a latent: which sites a run reaches would change from draw to draw, and the sites of a guide "
        + "are fixed. Let all sites run, and choose between values by 'where({0} > 0, a, b)', a choice for each row.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ConditionOnData = new(
        Rules.ConditionOnData, "A branch on values of data",
        "This condition depends on the values of '{0}': which sites a run reaches would change with the data, and the sites of a guide "
        + "are fixed. Let all sites run, and choose row by row: between values by 'where({0} > 0, a, b)', and which data count by a mask, "
        + "'Observe(x, ..., where: {0} > 0)'; what is the same in every run can be a field.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ConditionOnTraining = new(
        Rules.ConditionOnTraining, "A branch on the mode of a module",
        "'training' is switched by the engine itself: a guide is prepared and evaluated in evaluation mode, and trained in training mode, so that "
        + "they would have different sites. Branch on a field of your own.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ArmsInOtherPlates = new(
        Rules.ArmsInOtherPlates, "A variable stands in other plates in another arm",
        "'{0}' has a site in another arm, in other plates: its guide and its results would have other dimensions from one arm to the other. Put both "
        + "into the same plates, or give them names of their own.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ArmsOfOtherFamilies = new(
        Rules.ArmsOfOtherFamilies, "A variable has another family in another arm",
        "'{0}' is {1} in another arm and {2} here, whose guides are not of one family, and it has one encoder. Give the two names of their own.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor MayBeUnobserved = new(
        Rules.MayBeUnobserved, "A parameter is read that may not have been observed",
        "'{0}' is read here, and not every way here has observed it, because of '{1}': it has no value then when the model simulates data. Observe "
        + "it on the other ways too, or read it where it is observed.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ConditionOfRound = new(
        Rules.ConditionOfRound, "A branch in a loop depends on a local",
        "This condition decides anew in each round, and reads '{0}', which only a pass computes; the elements that a guide draws are known before. "
        + "Let it read the loop's variable, constants and members of the class, or nothing that changes with the round.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ExitFromLoop = new(
        Rules.ExitFromLoop, "A round of a loop over sites is left early",
        "'{0}' leaves a loop over sites, whose rounds are those of its header. Put the statements that a round may leave out into an 'if'.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ArmsInOtherOrder = new(
        Rules.ArmsInOtherOrder, "Arms draw their variables from each other",
        "The variables '{0}' depend on each other in a circle, one way in one arm and the other way in another, and one guide serves both arms. "
        + "Give the variables of one arm names of their own.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PlatedOnSomeWays = new(
        Rules.PlatedOnSomeWays, "A site is plated on some ways only",
        "The distribution of '{0}' depends on something inside plate '{1}' on some ways through the branches and is the same for every row on "
        + "others, and one text cannot be both. Draw or observe '{0}' in each arm, with the distribution that it has there.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);
}
