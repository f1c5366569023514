using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

internal static partial class PplDescriptors
{
    public static readonly DiagnosticDescriptor UnusedLatent = new(
        Rules.UnusedLatent, "A latent is not used",
        "Nothing depends on '{0}': its posterior is its prior",
        "Ppl.Advice", DiagnosticSeverity.Warning, true, helpLinkUri: Page(Rules.UnusedLatent));

    public static readonly DiagnosticDescriptor UnobservedLatent = new(
        Rules.UnobservedLatent, "Nothing observed depends on a latent",
        "No observed variable depends on '{0}', directly or through others: the data say nothing about it",
        "Ppl.Advice", DiagnosticSeverity.Warning, true, helpLinkUri: Page(Rules.UnobservedLatent));

    public static readonly DiagnosticDescriptor SampledKl = new(
        Rules.SampledKl, "A divergence is sampled that could have a closed form",
        "The divergence of '{0}' is sampled, because {1}: a method marked [ClosedFormKl] for that pair would make it exact",
        "Ppl.Advice", DiagnosticSeverity.Warning, true, helpLinkUri: Page(Rules.SampledKl));

    public static readonly DiagnosticDescriptor UnnamedProbs = new(
        Rules.UnnamedProbs, "A network's output is taken as probabilities",
        "'{0}' is the first argument of '{1}', which is probs, in [0, 1]: write 'logits: {0}' where the network gives log odds, else 'probs: {0}'",
        "Ppl.Advice", DiagnosticSeverity.Warning, true, helpLinkUri: Page(Rules.UnnamedProbs));

    /// <summary>What stops a model from being compiled.</summary>
    public static IEnumerable<DiagnosticDescriptor> Errors =>
    [
        ClassNotPartial,
        ClassNotModel,
        OuterNotPartial,
        TwoModels,
        MethodForm,
        ParameterForm,
        NoPlate,
        NestedPlate,
        SiteOutsidePlate,
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
        SiteInIf,
        SiteInWhile,
        SiteInDo,
        SiteInForEach,
        SiteInLambda,
        SiteInLocalFunction,
        SiteInTry,
        SiteInSwitch,
        SiteInConditional,
        SiteInCoalesce,
        SiteInLogical,
        SiteInAwait,
        SiteInUsing,
        SiteInLock,
        SiteInUnsafe,
        SiteInLabel,
        SiteByReference,
        ReturnInModel,
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
        TwoLengths,
        PatternDoesNotRepeat,
        ElementsIncomplete,
        MixedPlating,
        NestedLoops,
        MixedFamilies,
        ModelOfModel,
        LanguageVersion,
        ObservedNotInPlate,
        GeneratedInModel,
        PrivateGuideFamily,
    ];

    /// <summary>What a model may want to change.</summary>
    public static IEnumerable<DiagnosticDescriptor> Advice =>
    [
        UnusedLatent,
        UnobservedLatent,
        SampledKl,
        UnnamedProbs,
    ];
}
