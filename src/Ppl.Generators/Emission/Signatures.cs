using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// The headers of all members that a model has for others, read off its face and its parameters alone: a sound and a faulty model are written from
/// the same list, so that code which uses the model means the same with either.
/// </summary>
internal sealed class Signatures
{
    private readonly ModelSpec model;
    private readonly MemberNames members;

    public Signatures(EmissionContext context)
    {
        (model, members) = (context.Model, context.Members);
        var names = new Names(model.Parameters.Select(p => p.Name));
        (Rows, Latents, Samples) = (names.Local("rows"), names.Local("latents"), names.Local("samples"));
        Particles = new Names(model.Face.Select(f => f.Property)).Local("Particles");
        Owner = new Names(model.Face.SelectMany(f => new[] { f.Name, f.Encoder }).Concat(model.Parameters.Select(p => p.Name))).Local("owner");
    }

    /// <summary>Parameters of the public methods, called so that no parameter of the model has their names.</summary>
    public string Rows { get; }

    public string Latents { get; }

    public string Samples { get; }

    /// <summary>The member of the latents that knows their particles, which is not public.</summary>
    public string Particles { get; }

    /// <summary>The guide's model, a parameter and a private field.</summary>
    public string Owner { get; }

    public string CreateGuide => $"public {members.Guide} CreateGuide({string.Join(", ", Posteriors.Select(p => $"{p} = null"))})";

    /// <summary>The families of the latents' factors, in the order of the model.</summary>
    private IEnumerable<string> Posteriors => LatentSites.Select(
        l => $"{(l.IsIndexed ? Types.PosteriorList : Types.Posterior)}? {Names.Escape(l.Name)}");

    public string LatentsRecord => $"public sealed record {members.Latents}({string.Join(", ", LatentSites.Select(LatentMember))})";

    public string ParticlesMember => $"internal {Types.Rows}? {Particles} {{ get; init; }}";

    public string JointRecord => $"public sealed record {members.Joint}({string.Join(", ", model.Face.Select(
        f => f.IsLatent ? LatentMember(f) : $"{Types.Prediction} {Names.Escape(f.Property)}"))})";

    public string Simulate => $"public {members.Joint} Simulate(long {Rows}{Tensors(model.Covariates, true)})";

    public string Predict => $"public {members.Joint} Predict({members.Latents} {Latents}{Tensors(model.Covariates, true)})";

    public string LogJoint => $"public {Types.Tensor} LogJoint({members.Latents} {Latents}{Tensors(model.Parameters, true)})";

    public string Guide => $"public sealed class {members.Guide} : {Types.Guide}";

    public string GuideConstructor =>
        $"internal {members.Guide}({model.ClassName} {Owner}{string.Concat(Posteriors.Select(p => $", {p}"))})"
            + $" : base({(model.IsModel ? Owner : "null!")})";

    public string Posterior =>
        $"public {members.Latents} Posterior({Tensors(model.Parameters)}{(model.Parameters.Any() ? ", " : "")}int {Samples} = 1)";

    public string Reconstruct => $"public {members.Joint} Reconstruct({Tensors(model.Parameters)})";

    public static string Steps => $"public override {Types.List}<{Types.GuideStep}> Steps";

    public static string Draw =>
        $"protected override {Types.Draws} DrawOnce({Types.Batch} batch, {Types.Layout} layout, {Types.List}<{Types.Tensor}?>? given)";

    public static string Terms => $"protected override {Types.SiteTerms} TermsOnce({Types.Draws} draws, {Types.TermForm} form)";

    public static string PrepareEncoders => $"protected override void PrepareEncoders({Types.Batch} batch)";

    public static string ContractPlan => $"{Types.ModelPlan} {Types.Model}.Plan";

    public static string ContractCreateGuide => $"{Types.Guide} {Types.Model}.CreateGuide()";

    public static string ContractSimulate =>
        $"{Types.JointDraw} {Types.Model}.Simulate({Types.List}<long> sizes, {Types.List}<{Types.Tensor}> covariates)";

    public static string ContractPredict =>
        $"{Types.JointDraw} {Types.Model}.Predict("
            + $"{Types.List}<long> sizes, {Types.List}<{Types.Tensor}> latents, {Types.List}<{Types.Tensor}> covariates)";

    public static string ContractLogJoint => $"{Types.Tensor} {Types.Model}.LogJoint({Types.List}<{Types.Tensor}> latents, {Types.Batch} batch)";

    public static string ContractInvoke => $"void {Types.Model}.Invoke({Types.List}<{Types.Tensor}> inputs)";

    public IEnumerable<FaceSite> LatentSites => model.Face.Where(f => f.IsLatent);

    public static string EncoderType(FaceSite latent) => latent.IsIndexed ? Types.EncoderList : Types.Encoder;

    public static string Encoder(FaceSite latent) =>
        $"{(latent.IsPublic ? "public" : "internal")} {EncoderType(latent)} {Names.Escape(latent.Encoder)}";

    private static string LatentMember(FaceSite latent) =>
        $"{(latent.IsIndexed ? $"{Types.List}<{Types.Tensor}>" : Types.Tensor)} {Names.Escape(latent.Property)}";

    /// <summary>Parameters, each a tensor: <c>Tensor x, Tensor c</c>, with a leading comma where something precedes.</summary>
    public static string Tensors(IEnumerable<VariableSpec> variables, bool leadingComma = false) =>
        string.Concat(variables.Select((v, i) => $"{(i > 0 || leadingComma ? ", " : "")}{Types.Tensor} {Names.Escape(v.Name)}"));
}
