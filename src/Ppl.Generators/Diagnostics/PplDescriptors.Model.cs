using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor ClassNotPartial = new(
        Rules.ClassNotPartial, "The model's class is not partial",
        "Model '{1}' must be partial: the compiler writes its guide and its terms into it",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ClassNotPartial));

    public static readonly DiagnosticDescriptor ClassNotModel = new(
        Rules.ClassNotModel, "The class of a model does not derive from GenerativeModel",
        "'{0}' has a [Model] method, so it must derive from GenerativeModel",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ClassNotModel));

    public static readonly DiagnosticDescriptor OuterNotPartial = new(
        Rules.OuterNotPartial, "A type around the model is not partial",
        "'{0}' must be partial, because the model '{1}' is inside it",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.OuterNotPartial));

    public static readonly DiagnosticDescriptor TwoModels = new(
        Rules.TwoModels, "A class has two models",
        "'{0}' already has the model '{1}': put '{2}' into a class of its own",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.TwoModels));

    public static readonly DiagnosticDescriptor MethodForm = new(
        Rules.MethodForm, "The model method has an unsupported form",
        "The model '{0}' cannot be {1}",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.MethodForm));

    public static readonly DiagnosticDescriptor ParameterForm = new(
        Rules.ParameterForm, "A model parameter is not a plain tensor",
        "Parameter '{0}' is {1}: the parameters of a model are tensors, passed by value",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ParameterForm));

    public static readonly DiagnosticDescriptor NoPlate = new(
        Rules.NoPlate, "The model opens no plate",
        "'{0}' opens no plate: begin it with 'using var data = Plate(...);' over its data",
        "Ppl.Plates", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.NoPlate));

    public static readonly DiagnosticDescriptor NestedPlate = new(
        Rules.NestedPlate, "A second plate",
        "Plate '{0}' is already open: plates cannot be nested or follow one another yet",
        "Ppl.Plates", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.NestedPlate));

    public static readonly DiagnosticDescriptor SiteOutsidePlate = new(
        Rules.SiteOutsidePlate, "A site outside the plate",
        "'{0}' stands outside the plate: latents and observations that are shared by all rows are not supported yet",
        "Ppl.Plates", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.SiteOutsidePlate));

    public static readonly DiagnosticDescriptor NothingObserved = new(
        Rules.NothingObserved, "The model observes nothing",
        "'{0}' observes nothing, so there is nothing to infer its latents from",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.NothingObserved));

    public static readonly DiagnosticDescriptor PlateForm = new(
        Rules.PlateForm, "A plate has an unsupported form",
        "A plate is opened by 'using var data = Plate(x);' over parameters of the model",
        "Ppl.Plates", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.PlateForm));

    public static readonly DiagnosticDescriptor NothingLatent = new(
        Rules.NothingLatent, "The model has no latent",
        "'{0}' draws nothing, so there is nothing to infer",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.NothingLatent));

    public static readonly DiagnosticDescriptor FileLocalClass = new(
        Rules.FileLocalClass, "The model's class is local to its file",
        "'{0}' is a file-local type, of which the compiler cannot write a second part",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.FileLocalClass));

    public static readonly DiagnosticDescriptor ModelOfModel = new(
        Rules.ModelOfModel, "A model derives from a model",
        "'{0}' derives from '{1}', which is a model of its own: let both derive from a class without a [Model] method that holds what they share",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ModelOfModel));

    public static readonly DiagnosticDescriptor LanguageVersion = new(
        Rules.LanguageVersion, "The C# version is too old",
        "Models need C# 12 or later, and this project is compiled as C# {0}: write '<LangVersion>12</LangVersion>' or later into the project file",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.LanguageVersion));

    public static readonly DiagnosticDescriptor ObservedNotInPlate = new(
        Rules.ObservedNotInPlate, "An observed parameter is not in the plate",
        "'{0}' is observed inside plate '{1}', so it has a row for each copy: give it to the plate, 'Plate({2})'",
        "Ppl.Plates", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.ObservedNotInPlate));

    public static readonly DiagnosticDescriptor GeneratedInModel = new(
        Rules.GeneratedInModel, "A model uses what is generated from it",
        "'{0}' is generated from '{1}', which cannot use it",
        "Ppl.Model", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.GeneratedInModel));

    public static readonly DiagnosticDescriptor PrivateGuideFamily = new(
        Rules.PrivateGuideFamily, "The guide's family of a latent is private",
        "The guide has an encoder of '{0}' whose distributions are {1}, a type that only a part of the assembly can name: make it internal or public",
        "Ppl.Families", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.PrivateGuideFamily));

    public static readonly DiagnosticDescriptor PlateRead = new(
        Rules.PlateRead, "The plate is used as a value",
        "'{0}' is the plate, which compiled code does not have: take the number of rows from a covariate's shape",
        "Ppl.Plates", DiagnosticSeverity.Error, true, helpLinkUri: Page(Rules.PlateRead));
}
