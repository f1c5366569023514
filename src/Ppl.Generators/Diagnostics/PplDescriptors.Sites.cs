using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor SampleNotAssigned = new(
        Rules.SampleNotAssigned, "A draw is not assigned to a variable",
        "This draw is not assigned to a variable of its own, whose name would be the site's. Write 'var z = Sample(...);' as a "
        + "statement, and use 'z' where the draw is needed.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteReassigned = new(
        Rules.SiteReassigned, "A random variable is reassigned",
        "'{0}' holds a random variable or data and is assigned again: it would stand for two values in the graph, the guide and the "
        + "results. Give the new value a local of its own.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteNameTwice = new(
        Rules.SiteNameTwice, "A site name is used twice",
        "There is already a site '{0}', and the guide and the results have one member for each name. Rename one of the two variables.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ObservedNotParameter = new(
        Rules.ObservedNotParameter, "The observed value is not a parameter",
        "'{0}' is not a parameter of the model: the simulator has to draw what is observed, and cannot undo a computation. Pass the "
        + "data to the model as they are to be observed, or observe the parameter itself under the distribution of the untransformed "
        + "data.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ObservedTwice = new(
        Rules.ObservedTwice, "A parameter is observed twice",
        "'{0}' is observed more than once, and a random variable has one distribution. Observe it once, with the distribution that you "
        + "mean; a second measurement is a second parameter.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ReadBeforeObserved = new(
        Rules.ReadBeforeObserved, "An observed parameter is read before it is observed",
        "'{0}' is read above its 'Observe', where it has no value yet when the model simulates data. Move the 'Observe' above this "
        + "statement, if what is computed here is not needed for it; else pass what is needed here as a second parameter that is never "
        + "observed, a covariate.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor UnknownFamily = new(
        Rules.UnknownFamily, "The family of a latent is not known",
        "The distribution of '{0}' has the static type '{1}', which does not say what family its guide should have. Give the expression "
        + "the type of a family, such as Normal: a method that makes it can return that type. A class of your own becomes a family by the "
        + "[Family] attribute.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor NotReparameterized = new(
        Rules.NotReparameterized, "A latent is not reparameterized",
        "The guide would draw '{0}' from {1}, whose draws are no differentiable function of its parameters, so that no gradient would "
        + "reach the encoder: such latents are not supported yet. Sum a discrete '{0}' out by hand, and observe the mixture over its "
        + "values; for a continuous one, let its [Family] name a head whose family is reparameterized.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PointLatent = new(
        Rules.PointLatent, "A latent is a point mass",
        "'{0}' is {1}, all of whose mass is at one point: it is computed from other values and is no random variable. Assign the point "
        + "itself to '{0}', without 'Sample'.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor CollidingName = new(
        Rules.CollidingName, "A name collides with a generated one",
        "'{0}' is the name of {1}, so that generated code would not compile. Choose another name.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor IndistinguishableSites = new(
        Rules.IndistinguishableSites, "Two sites look the same to the interpreter",
        "'{0}' has the same distribution text as another site on its line, and the interpreter, which runs the method as it stands, "
        + "knows sites by line and text. Put it on a line of its own.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteType = new(
        Rules.SiteType, "A draw is assigned to something other than a tensor",
        "'{0}' has the type '{1}', and a draw is a Tensor. Declare it with 'var' or 'Tensor'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor FamilyWithoutHead = new(
        Rules.FamilyWithoutHead, "No guide can have the family of a latent",
        "'{0}' is drawn from {1}, a family that no encoder can make a guide for: an encoder ends in a head, the layer that makes a "
        + "distribution of a network's output, and [Family] on {1} names none. Write there 'Head = typeof(Ppl.Networks.NormalHead)', where "
        + "the values are any real numbers, for a guide that is normal; else the head of a family with the same support, or one of your "
        + "own.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInCondition = new(
        Rules.SiteInCondition, "A site in the condition of a branch",
        "'{0}' stands in the condition of a branch, which would then depend on a draw: a run could reach other sites than the one before, and the "
        + "sites of a guide are fixed. Branch on fields, numbers and shapes; between values of a draw choose by 'where(z > 0, a, b)'.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInWhile = new(
        Rules.SiteInWhile, "A site in a while loop",
        "'{0}' stands in a 'while' loop, so that the number of its sites would not be known, and the sites of a guide are fixed. Use a "
        + "'for' loop over an array of draws, 'h[i] = Sample(...);', whose length is a constant, a field or a property.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInDo = new(
        Rules.SiteInDo, "A site in a do loop",
        "'{0}' stands in a 'do' loop, so that the number of its sites would not be known, and the sites of a guide are fixed. Use a "
        + "'for' loop over an array of draws, 'h[i] = Sample(...);', whose length is a constant, a field or a property.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInForEach = new(
        Rules.SiteInForEach, "A site in a foreach loop",
        "'{0}' stands in a 'foreach' loop, which has no index to tell its sites apart by. Use a 'for' loop over an array of draws: "
        + "'h[i] = Sample(...);'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInLambda = new(
        Rules.SiteInLambda, "A site in a lambda",
        "'{0}' stands in a lambda, which may run any number of times or never, and the sites of a guide are fixed. Make the site a "
        + "statement of the model; a lambda may compute its distribution.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInLocalFunction = new(
        Rules.SiteInLocalFunction, "A site in a local function",
        "'{0}' stands in a local function, which may run any number of times or never, and the sites of a guide are fixed. Make the "
        + "site a statement of the model; a local function may compute its distribution.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInTry = new(
        Rules.SiteInTry, "A try statement in a model",
        "A model cannot hold a 'try': an exception that is caught would leave some sites with a value and others without. Let "
        + "exceptions pass; faults of shapes and values are reported with their site.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInSwitchExpression = new(
        Rules.SiteInSwitchExpression, "A site in a switch expression",
        "'{0}' stands in a 'switch' expression, whose ways are values and not statements, so that their sites would have no lines of their own "
        + "to step through. Write a 'switch' statement, with a draw or an observation in each of its sections.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInConditional = new(
        Rules.SiteInConditional, "A site in a part of an expression",
        "'{0}' is one way of an expression whose other way is none, so that the result would be a random variable in some runs and a value in "
        + "others. Draw on both ways, as in 'var z = wide ? Sample(a) : Sample(b);', or write an 'if' statement.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInCoalesce = new(
        Rules.SiteInCoalesce, "A site after ??",
        "'{0}' stands beside '??', so that whether its site exists would depend on a value, and the sites of a guide are fixed. Make "
        + "the site a statement of its own, which always runs.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInLogical = new(
        Rules.SiteInLogical, "A site in && or ||",
        "'{0}' stands in '&&' or '||', so that whether its site exists would depend on a value, and the sites of a guide are fixed. "
        + "Make the site a statement of its own, which always runs.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInAwait = new(
        Rules.SiteInAwait, "A site in an await",
        "'{0}' is awaited, and a model runs to its end without a pause. Remove 'await', and 'async' from the method.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInUsing = new(
        Rules.SiteInUsing, "A using statement in a model",
        "A model cannot hold a 'using' other than the plate's: what it would dispose of is needed until the pass ends, which then "
        + "disposes of it anyway. Remove the 'using'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInLock = new(
        Rules.SiteInLock, "A lock in a model",
        "A model cannot hold a 'lock': it is a function of its parameters and networks, and shares nothing that would need one. Remove "
        + "the 'lock'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInUnsafe = new(
        Rules.SiteInUnsafe, "Unsafe code in a model",
        "A model cannot hold unsafe code: the compiler has to see from which values each variable is computed, and does not "
        + "where a pointer may write to any of them. Do such work in a method that the model calls.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteInLabel = new(
        Rules.SiteInLabel, "A label or goto in a model",
        "A model cannot hold a label or a 'goto': jumps would make the order of its sites depend on values. Repeat by a 'for' loop, and "
        + "choose by an 'if' that computes parameters.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SiteByReference = new(
        Rules.SiteByReference, "A random variable is passed by reference",
        "'{0}' holds a random variable or data and is passed by 'ref' or 'out', so that another value could be assigned to it. Pass it "
        + "by value, and give the result a local of its own.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ReturnInLoop = new(
        Rules.ReturnInLoop, "A return in a loop",
        "This 'return' stands in a loop, so that the sites that a run reaches would depend on its rounds. Decide before the loop: write "
        + "'if (...) return;' as a statement of its own.",
        "Ppl.Branches", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor UnsupportedStatement = new(
        Rules.UnsupportedStatement, "An unsupported statement",
        "A '{0}' statement cannot stand here: the compiler reads declarations, assignments, calls, 'if', 'switch' and loops, and "
        + "refuses what it cannot follow. Put the site outside the '{0}', or do the work in a method that the model calls.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor RandomDraw = new(
        Rules.RandomDraw, "Random numbers that are no site",
        "'{0}' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass "
        + "would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and "
        + "add noise of the data to the data.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ZeroDimension = new(
        Rules.ZeroDimension, "A literal 0 is no dimension",
        "'{0}' takes all dimensions together, and whole numbers of 8 bits: C# takes the literal 0 for an element type here, not for a dimension. "
        + "Write '0L' or '[0]'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor NamedSite = new(
        Rules.NamedSite, "A site is given a name as text",
        "'{0}' takes no name: {2}. Drop {1}.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor SampleObserved = new(
        Rules.SampleObserved, "Sample is given data",
        "'Sample' draws latents and takes no data. Observed data have a word of their own: write 'Observe({0}, {1});'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ObserveOrder = new(
        Rules.ObserveOrder, "Observe is given its arguments in the other order",
        "'Observe' takes the data first and their distribution second. Write 'Observe({0}, {1});'.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ObserveInLoop = new(
        Rules.ObserveInLoop, "A parameter is observed in a loop",
        "'{0}' is observed in a loop, so that each round would give it another distribution, and a random variable has one. Observe a slice "
        + "of it in each round, as in 'Observe({0}[.., t], ...)', or '{0}' once after the loop.",
        "Ppl.Sites", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor InheritedFamily = new(
        Rules.InheritedFamily, "A latent's family is hidden in a wrapper",
        "'{0}' is drawn from {1}, which wraps another distribution and whose type says nothing of it, while the guide's family is picked "
        + "by type. {2}.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ClosedFormKlForm = new(
        Rules.ClosedFormKlForm, "A closed form that is never used",
        "'{0}' is marked [ClosedFormKl] and would never be used, because {1}. A closed form is a public static method, not generic, "
        + "that takes two families by value and returns a Tensor; it stands in the class of one of them or of the model.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ObjectiveParts = new(
        Rules.ObjectiveParts, "The parts of an objective mean nothing together",
        "This call of {0} would be refused when it runs, because {1}. {2}.", "Ppl.Objectives", DiagnosticSeverity.Error, true);
}
