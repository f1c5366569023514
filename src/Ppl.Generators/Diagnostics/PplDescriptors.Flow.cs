using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor CapturedWrite = new(
        Rules.CapturedWrite, "A lambda changes a local of the model",
        "'{0}' is changed in a lambda or local function, where what it depends on cannot be followed",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.CapturedWrite));

    public static readonly DiagnosticDescriptor OutsideWrite = new(
        Rules.OutsideWrite, "A model changes state outside it",
        "'{0}' lies outside the model: a model changes nothing but its own locals",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.OutsideWrite));

    public static readonly DiagnosticDescriptor InPlaceSite = new(
        Rules.InPlaceSite, "A random variable is changed in place",
        "This changes '{0}' in place, which holds a random variable or data: write the result to a new local",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.InPlaceSite));

    public static readonly DiagnosticDescriptor SideEffectInSite = new(
        Rules.SideEffectInSite, "The distribution of a site changes something",
        "The distribution of '{0}' changes a local while it is computed: do that in a statement before",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SideEffectInSite));

    public static readonly DiagnosticDescriptor LoopForm = new(
        Rules.LoopForm, "A loop over sites has an unsupported form",
        "A loop with sites counts one integer up or down by one, between positions made of constants and one length",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.LoopForm));

    public static readonly DiagnosticDescriptor SiteInLoopNotIndexed = new(
        Rules.SiteInLoopNotIndexed, "A site in a loop is not indexed",
        "'{0}' is drawn in a loop: draw the element of an array, 'h[i] = Sample(...)'",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInLoopNotIndexed));

    public static readonly DiagnosticDescriptor IndexForm = new(
        Rules.IndexForm, "An index of a site has an unsupported form",
        "The index {0} of a drawn element is not the loop variable, a constant or the length, plus or minus a constant",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.IndexForm));

    public static readonly DiagnosticDescriptor LengthUnknown = new(
        Rules.LengthUnknown, "The length of an array of sites is not known",
        "'{0}' must be declared in the model by 'var {0} = new Tensor[n];' where n is a constant, a field or a property",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.LengthUnknown));

    public static readonly DiagnosticDescriptor TwoLengths = new(
        Rules.TwoLengths, "Loops over sites have two lengths",
        "'{0}' has another length than '{1}': the loops of a model share one length",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.TwoLengths));

    public static readonly DiagnosticDescriptor PatternDoesNotRepeat = new(
        Rules.PatternDoesNotRepeat, "The inverse of a loop does not repeat",
        "The faithful inverse of the loop over '{0}' does not repeat with the index, so no loop of the guide draws it",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.PatternDoesNotRepeat));

    public static readonly DiagnosticDescriptor ElementsIncomplete = new(
        Rules.ElementsIncomplete, "Elements of an array of sites are left out or drawn twice",
        "The elements of '{0}' are not drawn exactly once each",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ElementsIncomplete));

    public static readonly DiagnosticDescriptor MixedPlating = new(
        Rules.MixedPlating, "A site in a loop is plated only in some rounds",
        "'{0}' depends on the plate in some rounds of its loop and not in others: draw the first element before the loop",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.MixedPlating));

    public static readonly DiagnosticDescriptor NestedLoops = new(
        Rules.NestedLoops, "Nested loops over sites",
        "A loop with sites inside another one is not supported yet",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.NestedLoops));

    public static readonly DiagnosticDescriptor MixedFamilies = new(
        Rules.MixedFamilies, "Elements of one array have different families",
        "'{0}' has elements of {1} and of {2}, whose guides differ: use two arrays",
        "Ppl.Loops", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.MixedFamilies));
}
