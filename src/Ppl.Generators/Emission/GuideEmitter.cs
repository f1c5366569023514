using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the guide: an encoder for each latent, and what users and the engine ask of it.</summary>
internal static class GuideEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, owner) = (context.Writer, context.Signatures.Owner);
        var factors = string.Join(" ", context.Plan.EncodeSteps.Select(context.Plan.Factor));
        writer.Gap();
        writer.Line($"/// <summary>The guide{(factors.Length == 0 ? ", which draws nothing" : $" {EmissionContext.Xml(factors)}")}.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open(context.Signatures.Guide);
        var members = context.Members.LoopLengths.Select(l => $"{owner}.{l}").ToList();
        context.LengthTexts = context.LengthsBy(members, length => context.Program.DataLengths[length].Name);
        if (NeedsOwner(context)) writer.Line($"private readonly {context.Model.Host.ClassName} {owner};");
        foreach (var nested in context.Signatures.LatentSites.Where(f => f.Path.Length > 0))
            writer.Line($"private readonly {Signatures.EncoderType(nested)} {Names.Escape(nested.Flat)};");
        WriteConstructor(context);
        WriteSteps(context, members);
        WriteMembers(context);

        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"{Signatures.Steps} {{ get; }}");
        WritePosterior(context);
        WriteReconstruct(context);
        InferEmitter.Write(context);
        context.LengthTexts = context.LengthsOfModel;
        writer.Close();
    }

    /// <summary>An encoder for each latent; those of a call in a record.</summary>
    private static void WriteMembers(EmissionContext context)
    {
        var writer = context.Writer;
        string Factors(VariableSpec latent) => EmissionContext.Xml(string.Join(", ", context.Plan.StepsOf(latent).Select(context.Plan.Factor)));
        foreach (var latent in PublicFace.LatentsInDrawOrder(context).Where(l => context.Face(l).Path.Length == 0))
        {
            writer.Gap();
            writer.Line($"/// <summary>{Factors(latent)}</summary>");
            writer.Line($"{Signatures.Encoder(context.Face(latent))} {{ get; }}");
        }

        foreach (var (path, header) in context.Signatures.GuideMembers.Where(m => context.Model.FaceScopes.Any(s => s.Path == m.Path)))
        {
            var below = PublicFace.LatentsInDrawOrder(context).Where(l => l.Name.StartsWith(path + ".", StringComparison.Ordinal));
            writer.Gap();
            writer.Line($"/// <summary>{string.Join(", ", below.Select(Factors))}</summary>");
            var scope = context.Model.FaceScopes.First(s => s.Path == path);
            writer.Line(IsOpen(context, scope) ? $"{header} => {ScopeValue(context, scope)};" : $"{header} {{ get; }}");
        }

        foreach (var scope in context.Model.FaceScopes.Where(context.Signatures.Tree.HasLatents)) WriteScope(context, scope);
    }

    /// <summary>The record of a call's encoders.</summary>
    public static void WriteScope(EmissionContext context, FaceScope scope)
    {
        context.Writer.Gap();
        context.Writer.Line($"/// <summary>The encoders of {scope.Path}.</summary>");
        foreach (var member in context.Signatures.Tree.Members(scope.Path))
        {
            if (member.Scope is { } call ? !context.Signatures.Tree.HasLatents(call) : !member.Site!.IsLatent) continue;
            var (name, path) = member.Scope is { } inner ? (inner.Encoder, inner.Path) : (member.Site!.Encoder, member.Site.Name);
            context.Writer.Line($"/// <param name=\"{name}\">That of {path}.</param>");
        }

        context.Writer.Line(Types.GeneratedCode);
        context.Writer.Line($"{context.Signatures.ScopeEncoders(scope)};");
    }

    /// <summary>The guide asks its model how long the loops are.</summary>
    private static bool NeedsOwner(EmissionContext context) => context.Program.Lengths.Count > context.Program.DataLengths.Count;

    /// <summary>A member of the guide's base class, reached past a parameter of the same name.</summary>
    private static string Member(string name, IEnumerable<VariableSpec> parameters) => parameters.Any(p => p.Name == name) ? $"this.{name}" : name;

    /// <summary>The same past a parameter that is called like a latent.</summary>
    private static string Member(EmissionContext context, string name) =>
        context.Signatures.LatentSites.Any(f => f.Flat == name) ? $"this.{name}" : name;

    private static void WriteConstructor(EmissionContext context)
    {
        var (writer, latents) = (context.Writer, context.Program.Latents.ToList());
        var owner = context.Signatures.Owner;
        writer.Gap();
        writer.Open(context.Signatures.GuideConstructor);
        if (NeedsOwner(context)) writer.Line($"this.{owner} = {owner};");
        foreach (var latent in PublicFace.LatentsInDrawOrder(context))
        {
            var site = context.Program.SitesOf(latent).First();
            var length = EmissionContext.IsIndexed(latent) && !context.IsOpen(latent) ? $", {context.Length(latent)}" : "";
            var register = Member(context, context.IsOpen(latent) ? "RegisterOpen" : "Register");
            writer.Line($"this.{context.Encoder(latent)} = {register}({context.Members.Sites}.{context.SiteField(site)}, "
                + $"{context.Plain(latent)}{length});");
        }

        WriteScopes(context);

        var (steps, connect) = (Member(context, "Steps"), Member(context, "Connect"));
        if (context.Program.DataLengths.Count > 0)
        {
            writer.Line($"{steps} = {connect}(); // those of a batch are made when the guide is prepared");
        }
        else if (context.Plan.Guide.All(s => s is EncodeStep))
        {
            writer.List($"{steps} = {connect}([", [.. context.Plan.EncodeSteps.Select(step => Step(context, step, ""))], "]);");
        }
        else
        {
            var names = new Names([.. latents.Select(l => context.Face(l).Flat), owner]);
            var (list, loop) = (names.Local("steps"), names.Local("i"));
            writer.Line($"var {list} = new {Types.GrowingList}<{Types.GuideStep}>();");
            InferEmitter.ForEachStep(context, loop, (step, variable) => writer.Line($"{list}.Add({Step(context, step, variable)});"));
            writer.Line($"{steps} = {connect}({list});");
        }

        writer.Close();
    }

    /// <summary>The steps of a guide whose arrays are as long as the data say.</summary>
    private static void WriteSteps(EmissionContext context, IReadOnlyList<string> members)
    {
        var (writer, program) = (context.Writer, context.Program);
        if (program.DataLengths.Count == 0) return;
        var names = new Names([.. program.Latents.Select(l => context.Encoder(l)), context.Signatures.Owner]);
        var (given, list, loop) = (names.Local("lengths"), names.Local("steps"), names.Local("i"));
        var before = context.LengthTexts;
        context.LengthTexts = context.LengthsBy(members, length => $"{given}[{EmissionContext.Number(length)}]");
        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Open($"{Signatures.StepsAt} {given})");
        foreach (var length in program.DataLengths.Where(_ => context.Plan.MinimalLength > 1))
        {
            var text = context.LengthTexts[length.Length];
            writer.Line($"if ({text} < {context.Plan.MinimalLength})");
            writer.Line($"    throw new {Types.ArgumentFault}($\"The guide's loops need {length.ToText(program)} to be at least "
                + $"{context.Plan.MinimalLength}; it is {{{text}}}.\");");
        }

        writer.Line($"var {list} = new {Types.GrowingList}<{Types.GuideStep}>();");
        InferEmitter.ForEachStep(context, loop, (step, variable) => writer.Line($"{list}.Add({Step(context, step, variable)});"));
        writer.Line($"return {list};");
        writer.Close();
        context.LengthTexts = before;
    }

    /// <summary>Puts the encoders of each call into its record.</summary>
    private static void WriteScopes(EmissionContext context)
    {
        var tree = context.Signatures.Tree;
        foreach (var scope in context.Model.FaceScopes.Where(s => s.Parent.Length == 0 && tree.HasLatents(s) && !IsOpen(context, s)))
            context.Writer.Line($"this.{Names.Escape(scope.Encoder)} = {ScopeValue(context, scope)};");
    }

    /// <summary>The record of a call's encoders, or the list of them.</summary>
    private static string ScopeValue(EmissionContext context, FaceScope scope)
    {
        var loop = new Names([.. context.Program.Latents.Select(l => context.Face(l).Flat), context.Signatures.Owner]).Local("i");
        return context.Signatures.Tree.Value(scope, f => f.IsLatent ? $"this.{Names.Escape(f.Flat)}" : null, "", loop, "");
    }

    /// <summary>Whether a list of records is as long as the data say: its encoders are made when the guide is prepared.</summary>
    private static bool IsOpen(EmissionContext context, FaceScope scope) =>
        context.Program.Latents.Any(l => l.Name.StartsWith(scope.Path + ".", StringComparison.Ordinal) && context.IsOpen(l));

    private static string Step(EmissionContext context, EncodeStep step, string loop) =>
        $"new {Types.GuideStep}({NameText(context, step.Target, loop)}, [{string.Join(", ", step.Inputs.Select(i => NameText(context, i, loop)))}])";

    /// <summary>A latent's or datum's name at run time: <c>"z"</c>, <c>$"h[{i - 1}]"</c>.</summary>
    private static string NameText(EmissionContext context, Read read, string loop)
    {
        var name = context.Program.Variables[read.Variable].Name;
        if (read.By is not null) return EmissionContext.Literal(context.Program.Text(read));
        if (read.Index is null) return EmissionContext.Literal(name);
        var index = context.Index(read.Index, loop);
        if (read.End is { } end)
        {
            string Position(IndexSpec spec) => spec.IsConstant ? context.Index(spec, loop) : $"{{{context.Index(spec, loop)}}}";
            return $"$\"{name}[{(index == "0" ? "" : Position(read.Index))}..{Position(end)}]\"";
        }

        var element = context.Program.Variables[read.Variable];
        return read.Index.IsConstant ? EmissionContext.Literal(element.Element(index)) : $"$\"{element.Element($"{{{index}}}")}\"";
    }

    private static void WritePosterior(EmissionContext context)
    {
        var (writer, program, samples) = (context.Writer, context.Program, context.Signatures.Samples);
        var parameters = program.Parameters.ToList();
        var draws = new Names([.. parameters.Select(p => p.Name), samples]).Local("draws");
        writer.Gap();
        writer.Line("/// <summary>Draws from the posterior approximation, without gradient: [samples, plates, event].</summary>");
        foreach (var parameter in parameters) PublicFace.WriteParameter(context, parameter);
        writer.Line($"/// <param name=\"{samples}\">How many draws.</param>");
        writer.Open(context.Signatures.Posterior);
        writer.Line($"var {draws} = {Member("DrawPosterior", parameters)}([{context.Arguments(parameters)}], {samples});");
        var latents = program.Latents.ToList();
        var names = new Names([.. parameters.Select(p => p.Name), samples, draws]);
        string? Value(FaceSite f) => f.IsRecord ? SitesEmitter.Recorded(program, f, $"{draws}.Deterministics") : f.IsLatent
            ? $"{draws}.{(f.IsIndexed ? "Elements" : "Value")}({EmissionContext.Number(latents.FindIndex(l => l.Name == f.Name))})" : null;
        var tree = context.Signatures.Tree;
        var values = tree.Values("", Value, $"{context.Members.Latents}.", names.Local("i"));
        var properties = string.Concat(tree.Properties("", Value).Select(p => $", {p}"));
        writer.Line($"return new {context.Members.Latents}({values}) {{ {context.Signatures.Particles} = {samples}{properties} }};");
        writer.Close();
    }

    private static void WriteReconstruct(EmissionContext context)
    {
        var (writer, parameters) = (context.Writer, context.Program.Parameters.ToList());
        writer.Gap();
        writer.Line("/// <summary>One draw from the posterior approximation and the observed sites given it, without gradient.</summary>");
        foreach (var parameter in parameters) PublicFace.WriteParameter(context, parameter);
        writer.Arrow(
            context.Signatures.Reconstruct,
            $"{context.Members.Named}({Member("ReconstructFrom", parameters)}([{context.Arguments(parameters)}]));");
    }
}
