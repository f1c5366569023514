using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor SampleNotAssigned = new(
        Rules.SampleNotAssigned, "A draw is not assigned to a variable",
        "The draw needs a name: assign it to a local variable, in a statement of its own",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SampleNotAssigned));

    public static readonly DiagnosticDescriptor SiteReassigned = new(
        Rules.SiteReassigned, "A random variable is reassigned",
        "'{0}' holds a random variable or data, which nothing else can be assigned to: use another local",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteReassigned));

    public static readonly DiagnosticDescriptor SiteNameTwice = new(
        Rules.SiteNameTwice, "A site name is used twice",
        "There is already a site '{0}': each variable of a model has its own name",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteNameTwice));

    public static readonly DiagnosticDescriptor ObservedNotParameter = new(
        Rules.ObservedNotParameter, "The observed value is not a parameter",
        "'{0}' is not a parameter of the model: data come in as parameters, and transformed data are not observed",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ObservedNotParameter));

    public static readonly DiagnosticDescriptor ObservedTwice = new(
        Rules.ObservedTwice, "A parameter is observed twice",
        "'{0}' is observed more than once",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ObservedTwice));

    public static readonly DiagnosticDescriptor ReadBeforeObserved = new(
        Rules.ReadBeforeObserved, "An observed parameter is read before it is observed",
        "'{0}' is read before it is observed: when the model simulates data, it has no value here",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ReadBeforeObserved));

    public static readonly DiagnosticDescriptor UnknownFamily = new(
        Rules.UnknownFamily, "The family of a latent is not known",
        "The distribution of '{0}' has the static type '{1}', which is no family: write one whose type has the [Family] attribute",
        "Ppl.Families", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.UnknownFamily));

    public static readonly DiagnosticDescriptor NotReparameterized = new(
        Rules.NotReparameterized, "A latent is not reparameterized",
        "'{0}' is {1}, whose draws have no pathwise gradient: such latents are not supported yet",
        "Ppl.Families", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.NotReparameterized));

    public static readonly DiagnosticDescriptor PointLatent = new(
        Rules.PointLatent, "A latent is a point mass",
        "'{0}' is {1}, a point and no random variable: assign the value itself",
        "Ppl.Families", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.PointLatent));

    public static readonly DiagnosticDescriptor CollidingName = new(
        Rules.CollidingName, "A name collides with a generated one",
        "'{0}' is the name of {1}: choose another",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.CollidingName));

    public static readonly DiagnosticDescriptor IndistinguishableSites = new(
        Rules.IndistinguishableSites, "Two sites look the same to the interpreter",
        "'{0}' stands on the same line and has the same text as another site: put it on a line of its own",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.IndistinguishableSites));

    public static readonly DiagnosticDescriptor SiteType = new(
        Rules.SiteType, "A draw is assigned to something other than a tensor",
        "'{0}' has the type '{1}', but a draw is a Tensor",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteType));

    public static readonly DiagnosticDescriptor FamilyWithoutHead = new(
        Rules.FamilyWithoutHead, "No guide can have the family of a latent",
        "'{0}' is {1}, whose [Family] attribute names no Head, so that no encoder can produce it",
        "Ppl.Families", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.FamilyWithoutHead));

    public static readonly DiagnosticDescriptor SiteInIf = new(
        Rules.SiteInIf, "A site in an if",
        "'{0}' cannot stand in an 'if': whether a site exists would depend on a value",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInIf));

    public static readonly DiagnosticDescriptor SiteInWhile = new(
        Rules.SiteInWhile, "A site in a while loop",
        "'{0}' cannot stand in a 'while' loop: the number of sites would not be known; use 'for' with an index",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInWhile));

    public static readonly DiagnosticDescriptor SiteInDo = new(
        Rules.SiteInDo, "A site in a do loop",
        "'{0}' cannot stand in a 'do' loop: the number of sites would not be known; use 'for' with an index",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInDo));

    public static readonly DiagnosticDescriptor SiteInForEach = new(
        Rules.SiteInForEach, "A site in a foreach loop",
        "'{0}' cannot stand in a 'foreach' loop: use 'for' with an index",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInForEach));

    public static readonly DiagnosticDescriptor SiteInLambda = new(
        Rules.SiteInLambda, "A site in a lambda",
        "'{0}' cannot stand in a lambda, which may run any number of times or never",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInLambda));

    public static readonly DiagnosticDescriptor SiteInLocalFunction = new(
        Rules.SiteInLocalFunction, "A site in a local function",
        "'{0}' cannot stand in a local function, which may run any number of times or never",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInLocalFunction));

    public static readonly DiagnosticDescriptor SiteInTry = new(
        Rules.SiteInTry, "A try statement in a model",
        "'{0}' cannot stand in a 'try' statement, nor can one stand in a model: a site may be left halfway",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInTry));

    public static readonly DiagnosticDescriptor SiteInSwitch = new(
        Rules.SiteInSwitch, "A site in a switch",
        "'{0}' cannot stand in a 'switch': whether a site exists would depend on a value",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInSwitch));

    public static readonly DiagnosticDescriptor SiteInConditional = new(
        Rules.SiteInConditional, "A site in a conditional expression",
        "'{0}' cannot stand in a conditional expression: whether a site exists would depend on a value",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInConditional));

    public static readonly DiagnosticDescriptor SiteInCoalesce = new(
        Rules.SiteInCoalesce, "A site after ??",
        "'{0}' cannot stand beside '??': whether a site exists would depend on a value",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInCoalesce));

    public static readonly DiagnosticDescriptor SiteInLogical = new(
        Rules.SiteInLogical, "A site in && or ||",
        "'{0}' cannot stand in '&&' or '||': whether a site exists would depend on a value",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInLogical));

    public static readonly DiagnosticDescriptor SiteInAwait = new(
        Rules.SiteInAwait, "A site in an await",
        "'{0}' cannot be awaited: a model is not asynchronous",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInAwait));

    public static readonly DiagnosticDescriptor SiteInUsing = new(
        Rules.SiteInUsing, "A using statement in a model",
        "'{0}' cannot stand in a 'using' other than the plate's, nor can one stand in a model",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInUsing));

    public static readonly DiagnosticDescriptor SiteInLock = new(
        Rules.SiteInLock, "A lock in a model",
        "'{0}' cannot stand in a 'lock', nor can one stand in a model",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInLock));

    public static readonly DiagnosticDescriptor SiteInUnsafe = new(
        Rules.SiteInUnsafe, "Unsafe code in a model",
        "'{0}' cannot stand in unsafe code, nor can any stand in a model: its data flow cannot be followed",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInUnsafe));

    public static readonly DiagnosticDescriptor SiteInLabel = new(
        Rules.SiteInLabel, "A label or goto in a model",
        "'{0}' cannot stand at a label, nor can a model jump to one",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteInLabel));

    public static readonly DiagnosticDescriptor SiteByReference = new(
        Rules.SiteByReference, "A random variable is passed by reference",
        "'{0}' holds a random variable or data and cannot be passed by 'ref' or 'out'",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteByReference));

    public static readonly DiagnosticDescriptor ReturnInModel = new(
        Rules.ReturnInModel, "A return in a model",
        "A model cannot '{0}' early: whether the sites below exist would depend on a value",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ReturnInModel));

    public static readonly DiagnosticDescriptor Submodel = new(
        Rules.Submodel, "A call of another model",
        "'{0}' draws or observes on its own: a model that calls another is not supported yet",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.Submodel));

    public static readonly DiagnosticDescriptor UnsupportedStatement = new(
        Rules.UnsupportedStatement, "An unsupported statement",
        "A '{0}' statement cannot stand here: a model holds declarations, assignments, calls, 'if', 'switch' and loops",
        "Ppl.Sites", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.UnsupportedStatement));
}
