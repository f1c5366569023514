using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor ClassNotPartial = new(
        Rules.ClassNotPartial, "The model's class is not partial",
        "'{1}' is not partial, so that the compiler cannot write the guide and the terms of the model into it. Add 'partial' to its "
        + "declaration.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ClassNotModel = new(
        Rules.ClassNotModel, "The class of a model does not derive from GenerativeModel",
        "'{0}' has a [Model] method and does not derive from GenerativeModel, which has Sample, Observe, Plate and the families. Write "
        + "'partial class {0} : GenerativeModel'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor OuterNotPartial = new(
        Rules.OuterNotPartial, "A type around the model is not partial",
        "'{0}' is not partial, and the model '{1}' stands inside it: the generated part of a nested class needs a part of each type "
        + "around it. Add 'partial' to the declaration of '{0}'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor TwoModels = new(
        Rules.TwoModels, "A class has two models",
        "'{0}' already has the model '{1}', and a class is one model, with one guide and one simulator. Put '{2}' into a class of its own.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor MethodForm = new(
        Rules.MethodForm, "The model method has an unsupported form",
        "The model method '{0}' is {1}. Write it as an ordinary method with a block body: 'private void {0}(Tensor x)'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ParameterForm = new(
        Rules.ParameterForm, "A model parameter is not a plain tensor",
        "Parameter '{0}' {1}, and the parameters of a model are its data and covariates, each a Tensor by value. {2}.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PlateInLoop = new(
        Rules.PlateInLoop, "A plate in a loop",
        "A plate is opened in a loop, so that each round would open it anew. Open it before the loop: a plate may hold a loop, and 'within:' puts "
        + "one site of the loop into a plate.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor RowsOutside = new(
        Rules.RowsOutside, "Rows of data are used outside their plate",
        "'{0}' is computed from, or observes, values that have a row for each of plate '{1}', and stands outside it. Training sees a few rows at a "
        + "time, so that it would mean something else in each batch. Move it into the plate; what is one for all rows is a parameter of the model "
        + "that is given to no plate, and data that are whole in every batch belong to a plate by number, 'Plate(size: n, x)'.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor WithinForm = new(
        Rules.WithinForm, "'within' names no plate",
        "'{0}' is no plate of this model. Name the variable of a plate, or several as '(a, b)'; make one by 'var a = Plate(size: n);' "
        + "or 'var a = Plate(x);'.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor RowsInside = new(
        Rules.RowsInside, "The rows of data stand inside another plate",
        "Plate '{0}' takes the leading dimension of data, which mini-batches cut and particles fold into, and stands inside another plate. Make it "
        + "the outer one, and turn the dimensions of what both hold; a further dimension of the data becomes a plate by 'Plate(x)' once more inside.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor RowsMixed = new(
        Rules.RowsMixed, "A row reads other rows",
        "'{0}' reads rows of plate '{1}' by their places, so that one row depends on others. A batch has a few of the rows, at other places than in "
        + "the whole data. Make the plate one by number, which every batch has whole: 'Plate(size: n, {2})'.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PlateAnew = new(
        Rules.PlateAnew, "A dimension belongs to two plates",
        "This plate takes a dimension of '{0}' that is plate '{1}' before, and has another size than that. Open plate '{1}' as it was, or give this "
        + "one other data.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor UnknownStructure = new(
        Rules.UnknownStructure, "The guide is asked for a structure that is none",
        "'{0}' is no structure of a guide. Take GuideStructure.FaithfulInverse, GuideStructure.TopDown or GuideStructure.MeanField.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor NothingObserved = new(
        Rules.NothingObserved, "The model observes nothing",
        "'{0}' observes nothing, so that there is nothing to infer its latents from. Say which parameter is data by 'Observe(x, ...);'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PlateForm = new(
        Rules.PlateForm, "A plate has an unsupported form",
        "A plate knows its size before the model runs, so it takes a number, or parameters of the model as they are, or a number and such "
        + "parameters, and it is a variable of its own. Write 'using var data = Plate(x);' or 'var group = Plate(size: n);', and compute with the "
        + "data below it.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor NothingLatent = new(
        Rules.NothingLatent, "The model has factors alone",
        "'{0}' draws no latent and observes no data: its factors alone say nothing of what could be inferred or drawn. Give it a latent by "
        + "'var z = Sample(...);', or data by 'Observe(x, ...);'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor FileLocalClass = new(
        Rules.FileLocalClass, "The model's class is local to its file",
        "'{0}' is local to its file, and the generated part of a class is another file. Make it 'internal' instead of 'file'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ModelOfModel = new(
        Rules.ModelOfModel, "A model derives from a model",
        "'{0}' derives from '{1}', which is a model of its own, and would have two of each generated member. Let both derive from a "
        + "class without a [Model] method that holds what they share.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor LanguageVersion = new(
        Rules.LanguageVersion, "The C# version is too old",
        "Models need C# 12 or later, since generated code uses it, and this project is compiled as C# {0}. Write "
        + "'<LangVersion>12</LangVersion>' or later into the project file.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ObservedNotInPlate = new(
        Rules.ObservedNotInPlate, "An observed parameter is not in the plate",
        "'{0}' is observed inside plate '{1}' and is not given to it, so that it is not known to have a row for each copy. Write "
        + "'Plate({2})'.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor GeneratedInModel = new(
        Rules.GeneratedInModel, "A model uses what is generated from it",
        "'{0}' is generated from '{1}', which is read before it exists and cannot use it. Compute outside the model what is needed of "
        + "it, and keep the result in a field.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PrivateGuideFamily = new(
        Rules.PrivateGuideFamily, "The guide's family of a latent is private",
        "The guide of '{0}' draws from '{1}', which is private, protected or local to a file, so that generated code outside of it "
        + "cannot name it: 'guide.{0}' is a member that the whole assembly sees. Make '{1}' internal or public.",
        "Ppl.Families", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor PlateRead = new(
        Rules.PlateRead, "The plate is used as a value",
        "'{0}' is the plate, which only says which data have rows: generated code has no object to read it from. A distribution that is the "
        + "same for every row needs no number of rows, as in 'Normal(0, 1).Expand(2)'; where a tensor needs it as a size, take it from a "
        + "covariate, as in 'context.shape[0]', which is the rows times the particles.",
        "Ppl.Plates", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ModulesNotRegistered = new(
        Rules.ModulesNotRegistered, "A model never registers its networks",
        "'{0}' never registers its networks and parameters ({1}), so that they would be neither trained nor saved. End its constructor "
        + "with 'RegisterComponents();'.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ModuleSetTooLate = new(
        Rules.ModuleSetTooLate, "A network is set after the model has registered its own",
        "'{0}' is set after RegisterComponents() has run, which runs once, so that it would be neither trained nor saved. Set '{0}' "
        + "before that call, or add '{1}(\"{0}\", {0});' after it is set.",
        "Ppl.Model", DiagnosticSeverity.Error, true);

    public static readonly DiagnosticDescriptor ModulesInCollection = new(
        Rules.ModulesInCollection, "Networks in a collection that is not registered",
        "'{0}' is a {1}, and RegisterComponents() does not look into it, so that the networks and parameters in it would be neither "
        + "trained nor saved. Use a {2}.",
        "Ppl.Model", DiagnosticSeverity.Error, true);
}
