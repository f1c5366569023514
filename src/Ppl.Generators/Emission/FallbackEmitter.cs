using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// Writes a faulty model's public face, so that code which uses the model still compiles and the model's own errors are the ones that show. The bodies throw.
/// </summary>
internal static class FallbackEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        var rules = string.Join(", ", model.Issues.Concat(context.Plan.Issues).Select(i => i.Rule).Distinct());
        var fault = EmissionContext.Literal($"{model.ClassName}.{model.Method} was not compiled: see {rules}.");
        var body = $"throw new {Types.ArgumentFault}({fault});";
        var covariates = EmissionContext.Tensors(model.Covariates, true);
        var all = EmissionContext.Tensors(model.Parameters);
        void Member(string header)
        {
            writer.Gap();
            writer.Line("/// <summary>The model has faults: this throws.</summary>");
            writer.Line(Types.GeneratedCode);
            writer.Line($"{header} => {body}");
        }

        Member($"public Guide CreateGuide({PublicFace.NetworkParameters(context, " = null")})");
        PublicFace.WriteRecords(context);
        Member($"public Joint Simulate(long rows{covariates})");
        Member($"public Joint Predict(Latents latents{covariates})");
        Member($"public {Types.Tensor} LogJoint(Latents latents{EmissionContext.Tensors(model.Parameters, true)})");
        WriteGuide(context, body, all);
        WriteContract(writer, body);
    }

    private static void WriteGuide(EmissionContext context, string body, string parameters)
    {
        var writer = context.Writer;
        writer.Gap();
        writer.Line("/// <summary>The guide of a model that has faults: its members throw.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"public sealed class Guide : {Types.Guide}");
        writer.Line($"internal Guide({context.Model.ClassName} owner) : base(owner) => {body}");
        foreach (var latent in context.Latents.Where(l => context.Family(l).GuideType.Length > 0))
        {
            writer.Gap();
            writer.Line("/// <summary>The model has faults: this throws.</summary>");
            writer.Line($"public {GuideEmitter.EncoderType(context, latent)} {Names.Escape(latent.Name)} => {body}");
        }

        var samples = new Names(context.Model.Parameters.Select(p => p.Name)).Local("samples");
        var comma = parameters.Length > 0 ? ", " : "";
        foreach (var header in new[]
        {
            $"public Latents Posterior({parameters}{comma}int {samples} = 1)",
            $"public Joint Reconstruct({parameters})",
        })
        {
            writer.Gap();
            writer.Line("/// <summary>The model has faults: this throws.</summary>");
            writer.Line($"{header} => {body}");
        }

        foreach (var header in new[]
        {
            $"public override {Types.List}<{Types.GuideStep}> Steps",
            $"public override {Types.Draws} Draw({Types.Batch} batch, int particles)",
            $"public override {Types.Draws} Condition({Types.Draws} draws, {Types.List}<{Types.Tensor}> latents)",
            $"public override {Types.SiteTerms} Terms({Types.Draws} draws, {Types.TermForm} form)",
            $"protected override void PrepareEncoders({Types.Batch} batch)",
        })
        {
            writer.Gap();
            writer.Line("/// <inheritdoc/>");
            writer.Line($"{header} => {body}");
        }

        writer.Close();
    }

    private static void WriteContract(CodeWriter writer, string body)
    {
        foreach (var header in new[]
        {
            $"{Types.ModelPlan} {Types.Model}.Plan",
            $"{Types.Guide} {Types.Model}.CreateGuide()",
            $"{Types.JointDraw} {Types.Model}.Simulate(long rows, {Types.List}<{Types.Tensor}> covariates)",
            $"{Types.JointDraw} {Types.Model}.Predict({Types.List}<{Types.Tensor}> latents, {Types.List}<{Types.Tensor}> covariates)",
            $"{Types.Tensor} {Types.Model}.LogJoint({Types.List}<{Types.Tensor}> latents, {Types.Batch} batch)",
            $"void {Types.Model}.Invoke({Types.List}<{Types.Tensor}> inputs)",
        })
        {
            writer.Gap();
            writer.Line($"{header} => {body}");
        }
    }
}
