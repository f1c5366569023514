using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor UnusedLatent = new(
        Rules.UnusedLatent, "A latent is not used",
        "Nothing depends on '{0}', so that its posterior is its prior. Remove it, or use it.",
        "Ppl.Advice", DiagnosticSeverity.Warning, true);

    public static readonly DiagnosticDescriptor UnobservedLatent = new(
        Rules.UnobservedLatent, "Nothing observed depends on a latent",
        "No observed variable depends on '{0}', directly or through others, so that the data say nothing about it. Observe something "
        + "that depends on it, or remove it.",
        "Ppl.Advice", DiagnosticSeverity.Warning, true);

    public static readonly DiagnosticDescriptor SampledKl = new(
        Rules.SampledKl, "A divergence is sampled that could have a closed form",
        "The divergence of '{0}' is sampled, because {1}. A method '[ClosedFormKl] public static Tensor Kl(...)' for that pair, in the "
        + "class of the family or of the model, would make it exact.",
        "Ppl.Advice", DiagnosticSeverity.Warning, true);

    public static readonly DiagnosticDescriptor PartialGradient = new(
        Rules.PartialGradient, "A latent has no gradient from one of its dependents",
        "'{2}' depends on '{0}' only through '{1}', which passes no gradient, so that the encoder of '{0}' does not learn from '{2}'. "
        + "Use a differentiable expression, or write '{0}.detach()' there to say that this is meant.",
        "Ppl.Advice", DiagnosticSeverity.Warning, true);

    public static readonly DiagnosticDescriptor UnnamedProbs = new(
        Rules.UnnamedProbs, "A network's output is taken as probabilities",
        "'{0}' is the first argument of '{1}', which is probs, in [0, 1], while networks mostly give log odds. Write 'logits: {0}' "
        + "where it gives log odds, and 'probs: {0}' where it gives probabilities.",
        "Ppl.Advice", DiagnosticSeverity.Warning, true);

    /// <summary>What stops a model from being compiled.</summary>
    public static IEnumerable<DiagnosticDescriptor> Errors =>
    [
        ClassNotPartial,
        ClassNotModel,
        OuterNotPartial,
        TwoModels,
        MethodForm,
        ParameterForm,
        PlateInLoop,
        NothingObserved,
        PlateForm,
        SampleNotAssigned,
        SiteReassigned,
        SiteNameTwice,
        ObservedNotParameter,
        ObservedTwice,
        ReadBeforeObserved,
        UnknownFamily,
        NotReparameterized,
        PointLatent,
        CollidingName,
        IndistinguishableSites,
        SiteType,
        FamilyWithoutHead,
        NothingLatent,
        FileLocalClass,
        PlateRead,
        RowsOutside,
        WithinForm,
        SiteInCondition,
        UnknownStructure,
        SiteInWhile,
        SiteInDo,
        SiteInForEach,
        SiteInLambda,
        SiteInLocalFunction,
        SiteInTry,
        SiteInSwitchExpression,
        SiteInConditional,
        SiteInCoalesce,
        SiteInLogical,
        SiteInAwait,
        SiteInUsing,
        SiteInLock,
        SiteInUnsafe,
        SiteInLabel,
        SiteByReference,
        ReturnInLoop,
        Submodel,
        UnsupportedStatement,
        CapturedWrite,
        OutsideWrite,
        InPlaceSite,
        SideEffectInSite,
        LoopForm,
        SiteInLoopNotIndexed,
        IndexForm,
        LengthUnknown,
        LengthForm,
        PatternDoesNotRepeat,
        ElementsIncomplete,
        MixedPlating,
        NestedLoops,
        MixedFamilies,
        ModelOfModel,
        LanguageVersion,
        ObservedNotInPlate,
        RowsInside,
        RowsMixed,
        PlateAnew,
        GeneratedInModel,
        PrivateGuideFamily,
        NoGradient,
        RandomDraw,
        GradientMode,
        ZeroDimension,
        NamedSite,
        SampleObserved,
        ObserveOrder,
        ObserveInLoop,
        InheritedFamily,
        ConditionOnLatent,
        ConditionOnData,
        ConditionOnTraining,
        ArmsInOtherPlates,
        ArmsOfOtherFamilies,
        MayBeUnobserved,
        ConditionOfRound,
        ExitFromLoop,
        ArmsInOtherOrder,
        PlatedOnSomeWays,
        SliceForm,
        SlicesIncomplete,
        SliceReadEarly,
        MaskForm,
        MaskNotInPlate,
        ArmsWithOtherMasks,
        KnownForm,
        KnownRead,
        FactorForm,
        SubmodelCall,
        SubmodelContent,
        SubmodelFaulty,
        SubmodelRecursion,
        SubmodelNameTwice,
        SubmodelOrder,
        DeterministicForm,
        RecordWithoutRows,
    ];

    /// <summary>Errors about classes and calls rather than models, which analyzers find.</summary>
    public static IEnumerable<DiagnosticDescriptor> Checks =>
    [
        ModulesNotRegistered,
        ModuleSetTooLate,
        ModulesInCollection,
        ClosedFormKlForm,
        ObjectiveParts,
    ];

    /// <summary>What a model may want to change.</summary>
    public static IEnumerable<DiagnosticDescriptor> Advice =>
    [
        UnusedLatent,
        UnobservedLatent,
        SampledKl,
        PartialGradient,
        UnnamedProbs,
    ];
}
