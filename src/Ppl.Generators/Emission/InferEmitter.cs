using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the guide's draws in the order of the inverse: one text for drawing, for given latents, and for sizing the encoders.</summary>
internal sealed class InferEmitter
{
    private readonly EmissionContext context;
    private readonly Names names;
    private readonly string pass;
    private readonly Dictionary<int, string> inputs = [];
    private readonly Dictionary<int, string> repeated = [];

    private InferEmitter(EmissionContext context)
    {
        this.context = context;
        names = new Names(
        [
            .. Program.Parameters.Select(v => v.Name), .. Program.Latents.Select(l => context.Face(l).Flat), context.Signatures.Owner,
            .. context.Members.LoopLengths, context.Members.Sites, context.Members.Plates,
        ]);
        pass = names.Local("pass");
    }

    private CodeWriter Writer => context.Writer;

    private ProgramSpec Program => context.Program;

    public static void Write(EmissionContext context) => new InferEmitter(context).Write();

    private void Write()
    {
        var order = string.Join(", then ", PublicFace.LatentsInDrawOrder(context).Select(l => l.Name));
        Writer.Gap();
        var whose = Program.Structure == GuideStructure.FaithfulInverse ? "inverse" : "guide";
        Writer.Line(order.Length == 0 ? "// There are no latents to draw."
            : $"// Draws the latents in the order of the {whose}: {order}. The pass says whether they are drawn or given.");
        Writer.Line("/// <inheritdoc/>");
        Writer.Open($"{Signatures.Infer} {pass})");
        var lengths = Program.DataLengths.Select(l => names.Local(l.Name)).ToList();
        foreach (var (name, i) in lengths.Select((name, i) => (name, i)))
            Writer.Line($"var {Names.Escape(name)} = {pass}.Length({EmissionContext.Number(i)}); // {Program.DataLengths[i].ToText(Program)}");
        context.LengthTexts = context.LengthsBy(context.LengthTexts, length => Names.Escape(lengths[length]));
        WriteInputs();
        foreach (var latent in Program.Latents.Where(EmissionContext.IsIndexed))
            Writer.Line($"var {context.Plain(latent)} = new {Types.Tensor}[{context.Length(latent)}];");
        ForEachStep(context, names.Local("i"), WriteStep);
        Writer.Close();
    }

    /// <summary>Writes the guide's steps, its loops around them.</summary>
    public static void ForEachStep(EmissionContext context, string loop, Action<EncodeStep, string> write)
    {
        foreach (var step in context.Plan.Guide)
        {
            if (step is EncodeStep single)
            {
                write(single, loop);
            }
            else if (step is GuideLoop repeated)
            {
                context.Writer.Gap();
                context.Writer.Open(context.Loop(loop, repeated.From, repeated.To, repeated.Step));
                foreach (var inner in repeated.Body) write(inner, loop);
                context.Writer.Close();
            }
        }
    }

    /// <summary>Names the data that encoders read; those read together with local latents are repeated for each particle, once.</summary>
    private void WriteInputs()
    {
        foreach (var (parameter, place) in Program.Parameters.Select((p, i) => (p, i)))
        {
            if (StepsWith(parameter).Count == 0) continue;
            inputs[parameter.Id] = Names.Escape(parameter.Name);
            var count = context.Plan.Sliced.FirstOrDefault(s => s.Variable == parameter.Id) is { } sliced
                ? $", {context.Members.Sites}.{context.SiteField(Program.SitesOf(parameter).First())}, {context.Index(sliced.Count, "")}" : "";
            WriteInput(parameter, $"Input({EmissionContext.Number(place)}{count})", "");
        }

        foreach (var mask in Program.Variables.Where(v => v.Role == VariableRole.Mask && StepsWith(v).Count > 0))
        {
            var data = Program.Parameters.Select((p, i) => (p, i)).First(p => p.p.Id == mask.MaskOf);
            inputs[mask.Id] = names.Local($"where_{data.p.Name}");
            WriteInput(mask, $"Mask({EmissionContext.Number(data.i)})", $": 1 where {data.p.Name} is there, else 0");
        }
    }

    private List<EncodeStep> StepsWith(VariableSpec data) =>
        [.. context.Plan.EncodeSteps.Where(s => s.Inputs.Any(i => i.Variable == data.Id || i.By == data.Id))];

    private void WriteInput(VariableSpec data, string call, string meaning)
    {
        var isLocal = Program.IsLocal(Program.PlatesOf(data));
        var kind = isLocal ? "B rows" : "the whole";
        Writer.Line($"var {inputs[data.Id]} = {pass}.{call}; // {kind}{meaning}");
        if (!isLocal || !StepsWith(data).Exists(s => s.FollowsLatents)) return;
        repeated[data.Id] = names.Local(data.MaskOf is null ? $"every_{data.Name}" : $"every_{inputs[data.Id]}");
        var plate = context.PlateField(Program.PlatesOf(data)[0]);
        Writer.Line($"var {repeated[data.Id]} = {pass}.Repeat({plate}, {inputs[data.Id]}); // K·B rows");
    }

    private void WriteStep(EncodeStep step, string loop)
    {
        var latent = Program.Variables[step.Target.Variable];
        var element = context.Element(step.Target, loop);
        var info = context.SiteInfo(step.Target, loop);
        var given = string.Concat(step.Inputs.Select(i => $", {Input(step, i, info, loop)}"));
        Writer.Gap();
        Writer.Line($"// {Factor(step, loop)}: {Rows(step, latent)}");
        Writer.Line($"{(element.Length == 0 ? "var " : "")}{context.Plain(latent)}{element} = "
            + $"{pass}.Latent({info}, this.{context.Encoder(latent)}{element}{given});");
    }

    private string Rows(EncodeStep step, VariableSpec latent)
    {
        var plates = Program.PlatesOf(latent);
        if (!Program.IsLocal(plates)) return "one for the whole of the data";
        return step.FollowsLatents ? "K·B rows" : "B rows, K draws from each";
    }

    /// <summary>An encoder's input, brought to the rows of the latent.</summary>
    private string Input(EncodeStep step, Read input, string info, string loop)
    {
        var text = Source(step, input.Variable) is { } source ? source + Seen(input, Slice(input, loop)) : context.Value(input, loop);
        var target = Program.PlatesOf(Program.Variables[step.Target.Variable]);
        var own = Program.PlatesOf(Program.Variables[input.By ?? input.Variable]);
        if (input.By is { } by) text = $"{Types.GuidePass}.Pick({text}, {Source(step, by)})";
        var places = own.Select(p => target.ToList().IndexOf(p)).TakeWhile(place => place >= 0).ToList();

        // What has no rows is the same in all of them: a latent's whole value is taken as it is. What an index picks has the index's plates.
        if (places.Count == 0 || places.Count == target.Count) return text;
        var hasRows = places[0] == 0;
        if (!hasRows && Program.Variables[input.Variable].Role == VariableRole.Latent) return text;
        var spread = $"{pass}.Spread({info}, {text}, {string.Join(", ", places.Select(p => EmissionContext.Number(p)))})";
        return hasRows || !step.FollowsLatents ? spread : $"{pass}.Repeat({context.PlateField(target[0])}, {spread})";
    }

    /// <summary>Slices of data that a run may not reach, which stay away then.</summary>
    private string Seen(Read input, string slice)
    {
        var data = Program.Variables[input.Variable];
        var mayBeMissing = slice.Length > 0 && Program.Sites.Any(s => s.Data == (data.MaskOf ?? data.Id) && s.Guards.Any(g => !g.InLoop));
        return mayBeMissing ? $"?{slice}!" : slice;
    }

    /// <summary>Slices of data: <c>[.., t]</c>, <c>[.., ..(t + 1)]</c>; nothing where all are read.</summary>
    private string Slice(Read input, string loop)
    {
        if (input.Index is not { } index) return "";
        var whole = string.Concat(Enumerable.Repeat(".., ", Program.Variables[input.Variable].Slices ?? 0));
        if (input.End is not { } end) return $"[{whole}{context.Index(index, loop)}]";
        var from = index == IndexSpec.Constant(0) ? "" : Operand(index);
        return $"[{whole}{from}..{Operand(end)}]";

        // A range binds more tightly than a sum; a name alone in parentheses before it would read as a cast.
        string Operand(IndexSpec position) => context.Index(position, loop) is var text && text.Contains(' ') ? $"({text})" : text;
    }

    /// <summary>The name that a parameter has at a step: with a row for each particle where the step's latents have; null for a latent.</summary>
    private string? Source(EncodeStep step, int variable) =>
        step.FollowsLatents && repeated.TryGetValue(variable, out var every) ? every : inputs.TryGetValue(variable, out var name) ? name : null;

    private string Factor(EncodeStep step, string loop)
    {
        string Text(Read read) => read.By is not null ? Program.Text(read) : read.End is null ? context.Value(read, loop)
            : $"{Program.Variables[read.Variable].Name}{Slice(read, loop)}";
        return $"q({Text(step.Target)}{(step.Inputs.Count == 0 ? "" : " | ")}{string.Join(", ", step.Inputs.Select(Text))})";
    }
}
