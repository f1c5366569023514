namespace Ppl.Generators.Ir;

/// <summary>
/// The types that emitted code names. Each name is marked: the writer turns it into the short name where that means the same at the model's place,
/// and into the fully qualified one elsewhere, so that nothing in the user's file can change its meaning.
/// </summary>
internal static class Types
{
    /// <summary>Stands before a marked name. No source text has it.</summary>
    public const char Mark = '\u0001';

    public const string Tensor = "\u0001TorchSharp.torch.Tensor";
    public const string List = "\u0001System.Collections.Generic.IReadOnlyList";
    public const string GrowingList = "\u0001System.Collections.Generic.List";
    public const string Model = "\u0001Ppl.Contracts.IGeneratedModel";
    public const string Guide = "\u0001Ppl.Guide";
    public const string GuideStep = "\u0001Ppl.GuideStep";
    public const string Prediction = "\u0001Ppl.Prediction";
    public const string ArgumentFault = "\u0001Ppl.PplArgumentException";
    public const string Encoder = "\u0001Ppl.Networks.Encoder";
    public const string EncoderList = "\u0001Ppl.Networks.EncoderList";
    public const string Posterior = "\u0001Ppl.Posterior";
    public const string PosteriorList = "\u0001Ppl.PosteriorList";
    public const string Pass = "\u0001Ppl.Contracts.Pass";
    public const string GuidePass = "\u0001Ppl.Contracts.GuidePass";
    public const string ModelRun = "\u0001Ppl.Contracts.ModelRun";
    public const string PlateInfo = "\u0001Ppl.Contracts.PlateInfo";
    public const string JointDraw = "\u0001Ppl.Contracts.JointDraw";
    public const string KlChoice = "\u0001Ppl.Contracts.KlChoice";
    public const string ModelInput = "\u0001Ppl.Contracts.ModelInput";
    public const string ModelPlan = "\u0001Ppl.Contracts.ModelPlan";
    public const string SiteInfo = "\u0001Ppl.Contracts.SiteInfo";
    public const string SetValues = "\u0001Ppl.Contracts.SetValues";
    public const string SiteKind = "\u0001Ppl.Contracts.SiteKind";
    public const string GeneratedCode = "[global::System.CodeDom.Compiler.GeneratedCode(\"Ppl.Generators\", \"0.1.0\")]";

    /// <summary>The types that emitted code names in every model, marked.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Tensor,
        List,
        GrowingList,
        Model,
        Guide,
        GuideStep,
        Posterior,
        PosteriorList,
        Prediction,
        ArgumentFault,
        Encoder,
        EncoderList,
        Pass,
        GuidePass,
        ModelRun,
        JointDraw,
        KlChoice,
        ModelInput,
        ModelPlan,
        PlateInfo,
        SetValues,
        SiteInfo,
        SiteKind,
    ];

    /// <summary>Types that stand before a dot in expressions, where a member of the same name would come first.</summary>
    public static readonly IReadOnlyCollection<string> InExpressions = [KlChoice, SiteKind, ModelRun, GuidePass];

    /// <summary>How many type parameters a marked type has.</summary>
    public static int ArityOf(string marked) => marked is List or GrowingList ? 1 : 0;

    /// <summary>A fully qualified name of Roslyn's, marked.</summary>
    public static string Marked(string qualified) => qualified.Replace("global::", Mark.ToString());
}
