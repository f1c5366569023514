using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// Writes the model's statements once more, with each draw and observation handed to the pass that runs: one text for the terms of a bound, for
/// draws from the prior and for the log joint.
/// </summary>
internal sealed class RunEmitter
{
    private readonly EmissionContext context;
    private readonly string pass;

    private RunEmitter(EmissionContext context)
    {
        this.context = context;
        pass = context.Names.Scope().Local("pass");
    }

    private CodeWriter Writer => context.Writer;

    private ProgramSpec Program => context.Program;

    public static void Write(EmissionContext context) => new RunEmitter(context).Write();

    private void Write()
    {
        Writer.Gap();
        Writer.Line("// The model, statement by statement. The pass says what becomes of a site: a draw, a given value, a term of the bound.");
        Writer.Line(Types.GeneratedCode);
        if (Program.Result is { } result) Writer.Open(SubmodelEmitter.Run(context, pass, result));
        else Writer.Open($"private void {context.Members.Run}({Types.Pass} {pass}{Signatures.Tensors(Program.Parameters, true)})");
        foreach (var input in context.Plan.Inputs.Where(i => i.IsRead))
        {
            var parameter = Program.Variables[input.Parameter];
            if (Program.PlatesOf(parameter) is not [var plate, ..] || !Program.Plates[plate].IsRows) continue;
            var name = Names.Escape(parameter.Name);
            Writer.Line($"{name} = {pass}.Repeat({context.PlateField(plate)}, {name}); // statements read it: a row for each particle");
        }

        context.LengthTexts = context.LengthsBy(context.LengthsOfModel, length => $"{pass}.Length({EmissionContext.Number(length)})");
        foreach (var sliced in context.Plan.Sliced)
        {
            var (site, name) = (Program.SitesOf(Program.Variables[sliced.Variable]).First(), Names.Escape(Program.Variables[sliced.Variable].Name));
            var isRead = Program.DataLengths.Any(l => l.Parameter == sliced.Variable);
            var call = $"{pass}.Slices({context.Members.Sites}.{context.SiteField(site)}, {name}, {context.Index(sliced.Count, "")});";
            Writer.Line(isRead ? $"{name} = {call} // its length is read" : call);
        }

        Write(Program.Body);
        context.LengthTexts = context.LengthsOfModel;
        Writer.Close();
    }

    private void Write(EquatableArray<StatementSpec> body)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case DeterministicStatement recorded:
                    var info = context.RecordInfo(recorded.Record);
                    Writer.Carried($"{recorded.Target} = {pass}.Deterministic({info}, ", recorded.Text, ");", recorded.Anchor);
                    break;
                case CarriedStatement carried:
                    Writer.Carried("", carried.Text, "", carried.Anchor);
                    break;
                case SiteStatement site:
                    WriteSite(Program.Sites[site.Site], site);
                    break;
                case PlateStatement plate:
                    var spec = Program.Plates[plate.Plate];
                    Writer.Carried($"var {Names.Escape(spec.Name)} = {pass}.Open({context.PlateField(spec.Id)}, ", spec.Size!, ");", plate.Anchor);
                    break;
                case BlockStatement block:
                    Writer.Open();
                    Write(block.Body);
                    Writer.Close();
                    break;
                case BranchStatement branch:
                    WriteBranch(branch);
                    break;
                case CallStatement call:
                    WriteCall(call);
                    break;
                case LoopStatement loop:
                    Writer.Gap();
                    Writer.Carried("", loop.Header, "", loop.Anchor);
                    Writer.Open();
                    context.LoopNames[loop.Variable] = loop.VariableName;
                    Write(loop.Body);
                    context.LoopNames.Remove(loop.Variable);
                    Writer.Close();
                    break;
            }
        }
    }

    /// <summary>A branch as the user wrote it; a choice between draws as an if, since a draw is a statement here.</summary>
    private void WriteBranch(BranchStatement branch)
    {
        Writer.Gap();
        if (branch.Declares >= 0) Writer.Line($"{Types.Tensor} {Names.Escape(Program.Variables[branch.Declares].Name)};");
        if (branch.Header is { } header)
        {
            Writer.Carried("", header, "", branch.Anchor);
            Writer.Open();
        }

        foreach (var (arm, i) in branch.Arms.Select((a, i) => (a, i)))
        {
            if (branch.Kind == BranchKind.Switch) WriteSection(arm);
            else WriteArm(branch, arm, i);
        }

        if (branch.Header is not null) Writer.Close();
        Writer.Gap();
    }

    private void WriteArm(BranchStatement branch, ArmSpec arm, int position)
    {
        var isChoice = branch.Kind == BranchKind.Conditional;
        if (arm.Header is not { } header) Writer.Line("else");
        else Writer.Carried(isChoice ? position == 0 ? "if (" : "else if (" : "", header, isChoice ? ")" : "", arm.Anchor);
        Writer.Open();
        Write(arm.Body);
        Writer.Close();
    }

    private void WriteSection(ArmSpec arm)
    {
        Writer.Carried("", arm.Header!, "", arm.Anchor);
        Writer.Indent();
        Write(arm.Body);
        Writer.Unindent();
    }

    /// <summary>A call of what is generated for the submodel, with the sites as this model has them.</summary>
    private void WriteCall(CallStatement statement)
    {
        var call = statement.Call;
        var target = statement.Target is { } left ? $"{left} = " : "";
        var before = $"{target}{call.Receiver}{Names.Escape(call.Run)}({pass}, {context.CallSites(statement, "")}";
        Writer.Gap();
        Writer.Line($"// {(target.Length == 0 ? "" : $"{call.Name}: ")}the sites of {call.Method}");
        if (call.Arguments.Count == 0)
        {
            Writer.Line($"{before});");
            return;
        }

        var parts = call.Arguments.SelectMany((a, i) => a.Text.Parts.Prepend(new TextPart((i == 0 ? "" : ", ") + Prefix(a), -1)));
        Writer.Carried($"{before}, ", new TextSpec(parts.Where(p => p.Text.Length > 0).ToEquatable()), ");", statement.Anchor);
    }

    private static string Prefix(ArgumentSpec argument) =>
        (argument.Name.Length > 0 ? argument.Name + " " : "") + (argument.IsObserved ? "ref " : "");

    private void WriteSite(SiteSpec site, SiteStatement statement)
    {
        var (info, distribution) = (context.SiteInfo(site, ""), context.ModelName(site));
        Writer.Gap();
        Writer.Line($"// {Comment(site)}");
        if (site.Kind == SiteKind.Factor)
        {
            Writer.Carried($"{pass}.Factor({info}, ", site.Distribution.Text, ");", statement.Anchor);
            return;
        }

        Writer.Carried($"var {distribution} = ", site.Distribution.Text, ";", statement.Anchor);
        if (statement.Target is { } target)
        {
            Writer.Line($"{target} = {pass}.Latent({info}, {distribution});");
            return;
        }

        var value = Names.Escape(site.Name);
        var isRead = context.Model.IsSubmodel || context.Plan.Inputs.First(i => i.Parameter == site.Variable).IsRead;
        if (site.Index is not null)
        {
            Writer.Line($"{pass}.ObservedSlice({info}, {distribution}, {value});");
            if (isRead) Writer.Line($"{value} = {pass}.Assembled({info}, {value});");
            return;
        }

        Writer.Line($"{(isRead ? $"{value} = " : "")}{pass}.Observed({info}, {distribution}, {value});");
    }

    /// <summary>What is said above a site: its distribution, and how its term is computed and why.</summary>
    private string Comment(SiteSpec site)
    {
        var name = site.Index is null ? site.Name : Program.Variables[site.Variable].Element(context.Index(site.Index, ""));
        if (site.Kind == SiteKind.Factor) return $"{site.Name}: a factor, whose log weight counts like an observation";
        var where = site.Mask is null ? "" : $" where {site.Mask.Text.OneLine}";
        var known = site.Known is { } data ? $", observed by {Program.Variables[data].Name}{where}" : "";
        var drawn = $"{name} ~ {site.Distribution.Text.OneLine}";
        if (context.Model.IsSubmodel) return drawn + (site.IsLatent ? ", a latent of whoever calls this" : ", observed");
        var plan = context.Plan.Sites[site.Id];
        return site.IsLatent
            ? $"{drawn}{known}: pathwise; {(plan.Kl.ClosedForm ? "KL(q || p) in closed form" : "log p - log q at the draw")}: {plan.Kl.Reason}."
            : $"{drawn}, observed{where}";
    }
}
