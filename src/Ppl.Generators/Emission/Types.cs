namespace Ppl.Generators.Emission;

/// <summary>The types that emitted code names, fully qualified so that nothing in the user's file can change their meaning.</summary>
internal static class Types
{
    public const string Tensor = "global::TorchSharp.torch.Tensor";
    public const string Network = "global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>";
    public const string NoGrad = "global::TorchSharp.torch.no_grad()";
    public const string List = "global::System.Collections.Generic.IReadOnlyList";
    public const string GrowingList = "global::System.Collections.Generic.List";
    public const string Model = "global::Ppl.Contracts.IGeneratedModel";
    public const string Guide = "global::Ppl.Guide";
    public const string GuideStep = "global::Ppl.GuideStep";
    public const string Prediction = "global::Ppl.Prediction";
    public const string ArgumentFault = "global::Ppl.PplArgumentException";
    public const string Distribution = "global::Ppl.Distributions.Distribution";
    public const string Encoder = "global::Ppl.Networks.Encoder";
    public const string EncoderList = "global::Ppl.Networks.EncoderList";
    public const string Batch = "global::Ppl.Contracts.Batch";
    public const string Draws = "global::Ppl.Contracts.Draws";
    public const string JointDraw = "global::Ppl.Contracts.JointDraw";
    public const string KlChoice = "global::Ppl.Contracts.KlChoice";
    public const string ModelInput = "global::Ppl.Contracts.ModelInput";
    public const string ModelPlan = "global::Ppl.Contracts.ModelPlan";
    public const string Rows = "global::Ppl.Contracts.Rows";
    public const string Simulation = "global::Ppl.Contracts.Simulation";
    public const string SiteInfo = "global::Ppl.Contracts.SiteInfo";
    public const string SiteKind = "global::Ppl.Contracts.SiteKind";
    public const string SiteTerms = "global::Ppl.Contracts.SiteTerms";
    public const string TermForm = "global::Ppl.Contracts.TermForm";
    public const string GeneratedCode = "[global::System.CodeDom.Compiler.GeneratedCode(\"Ppl.Generators\", \"0.1.0\")]";
}
