using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor CapturedWrite = new(
        Rules.CapturedWrite, "A lambda changes a local of the model",
        "'{0}' is changed inside a lambda or a local function, which may run at any time, so that what it depends on cannot be "
        + "followed. Return the new value, and assign it in a statement of the model.",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor OutsideWrite = new(
        Rules.OutsideWrite, "A model changes state outside it",
        "'{0}' lies outside the model and is changed here, although each pass runs these statements again: what one pass leaves behind "
        + "would change the next. Use a local variable.",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor InPlaceSite = new(
        Rules.InPlaceSite, "A random variable is changed in place",
        "This changes '{0}' in place, which holds a random variable or data that densities and results share. Use an operation that "
        + "returns a new tensor, and give the result a local of its own.",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SideEffectInSite = new(
        Rules.SideEffectInSite, "The distribution of a site changes something",
        "The distribution of '{0}' changes a local while it is computed, where the other passes of generated code would not see it. "
        + "Make the change in a statement before the site.",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor LoopForm = new(
        Rules.LoopForm, "A loop over sites has an unsupported form",
        "This loop holds sites, so its rounds must be known: one integer that goes up or down by one, between constants, lengths "
        + "that are fields or properties, and these plus or minus a constant. Write 'for (var i = 0; i < n; i++)' or 'for (var i = n - 1; "
        + "i >= 0; i--)'.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInLoopNotIndexed = new(
        Rules.SiteInLoopNotIndexed, "A site in a loop is not indexed",
        "'{0}' is drawn in a loop, each round of which draws another variable. Draw the elements of an array: 'var {0} = new "
        + "Tensor[n];' before the loop, and '{0}[i] = Sample(...);' in it.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor IndexForm = new(
        Rules.IndexForm, "An index of a site has an unsupported form",
        "The index {0} does not show which element is drawn. Use the loop variable, a constant or the length, each plus or minus a "
        + "constant; a loop may run backwards.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor LengthUnknown = new(
        Rules.LengthUnknown, "The length of an array of sites is not known",
        "The number of elements of '{0}' is not known, and the guide has an encoder for each. Declare it in the model by 'var {0} = new "
        + "Tensor[n];', where n is a constant, a field or property, or a length of the data, '(int)x.shape[1]'.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PatternDoesNotRepeat = new(
        Rules.PatternDoesNotRepeat, "The inverse of a loop does not repeat",
        "Each draw of '{0}' needs more guide inputs than the one before it, as where all of them explain one sum, or each depends on all "
        + "before it, so that no loop of the guide can draw them. Let the guide draw in the model's own order, "
        + "'[Model(Guide = GuideStructure.TopDown)]', where that repeats. Or give the array a constant length, as in 'new Tensor[3]': the guide is "
        + "then written out element by element. Or, where the elements are independent and alike, draw one latent with a larger event.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ElementsIncomplete = new(
        Rules.ElementsIncomplete, "Elements of an array of sites are left out or drawn twice",
        "The elements of '{0}' are not drawn exactly once each: one without a draw has no value, and one with two has two "
        + "distributions. Let loops and single draws cover each index once, from 0 to the length.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor MixedPlating = new(
        Rules.MixedPlating, "A site in a loop is plated only in some rounds",
        "The distribution of '{0}' is the same for every row in some rounds of its loop and not in others, and generated code has one "
        + "text for all rounds. Draw the element that differs before the loop, and begin the loop after it.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor NestedLoops = new(
        Rules.NestedLoops, "Nested loops over sites",
        "{0}, and no guide could be written for every pair of lengths: its loops follow one open length. Let the other sizes be numbers when the "
        + "model is compiled, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each "
        + "site's event.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor MixedFamilies = new(
        Rules.MixedFamilies, "Elements of one array have different families",
        "'{0}' has elements of {1} and of {2}, and the encoders of one array are alike. Use an array for each family.",
        "Ppl.Loops", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor NoGradient = new(
        Rules.NoGradient, "No gradient reaches a latent",
        "No gradient reaches '{0}': '{2}' depends on it only through '{1}', which passes none, so that its encoder would learn nothing "
        + "from the data. Let '{2}' depend on '{0}' by a differentiable expression, such as a softmax in place of an argmax or a sigmoid "
        + "in place of a comparison.",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor GradientMode = new(
        Rules.GradientMode, "A model switches gradients",
        "'{0}' switches gradients for the whole thread, and the terms of the bound need theirs. Write '.detach()' after a value that is "
        + "to pass none.",
        "Ppl.Dataflow", DiagnosticSeverity.Error, true);
}
