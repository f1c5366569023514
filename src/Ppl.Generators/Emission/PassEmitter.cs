using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the passes over the model: the terms at the guide's draws, ancestral sampling, and the log joint.</summary>
internal static class PassEmitter
{
    public static void WritePublicPasses(EmissionContext context)
    {
        var (writer, model, signatures) = (context.Writer, context.Model, context.Signatures);
        var covariates = model.Covariates.ToList();
        var (rows, ancestral) = (signatures.Rows, context.Members.Ancestral);
        writer.Gap();
        writer.Line("/// <summary>A draw from the prior: every site from its parents.</summary>");
        writer.Line($"/// <param name=\"{rows}\">The number of rows.</param>");
        foreach (var covariate in covariates) WriteParameter(context, covariate);
        writer.Line(Types.GeneratedCode);
        writer.Line($"{signatures.Simulate} => {ancestral}({Simulation(context, rows, covariates.Select(c => Names.Escape(c.Name)))}, "
            + $"null{EmissionContext.Arguments(covariates, true)});");
        WritePredict(context, covariates);
        LogJointBody.WriteMethod(context);
    }

    private static void WritePredict(EmissionContext context, List<VariableSpec> covariates)
    {
        var (writer, signatures) = (context.Writer, context.Signatures);
        var names = new Names([.. context.Model.Parameters.Select(p => p.Name), signatures.Latents]);
        var (latents, rows, joint, ancestral) = (signatures.Latents, names.Local("rows"), names.Local("joint"), context.Members.Ancestral);
        writer.Gap();
        writer.Line("/// <summary>The observed sites given latents.</summary>");
        writer.Line(
            $"/// <param name=\"{latents}\">The latents: [rows, event], or [samples, rows, event] as a guide's posterior gives them.</param>");
        foreach (var covariate in covariates) WriteParameter(context, covariate);
        writer.Line(Types.GeneratedCode);
        writer.Open(signatures.Predict);
        writer.Line($"if ({latents}.{signatures.Particles} is not {{ }} {rows})");
        writer.Line($"    return {ancestral}({Simulation(context, RowsOf(context, latents), covariates.Select(c => Names.Escape(c.Name)))}, "
            + $"{latents}{EmissionContext.Arguments(covariates, true)});");
        foreach (var covariate in covariates.Where(context.Model.IsPlated).Select(c => Names.Escape(c.Name)))
            writer.Line($"{covariate} = {rows}.Repeat({covariate});");
        var folded = Simulation(context, $"{rows}.Total", covariates.Select(c => Names.Escape(c.Name)));
        writer.Line($"var {joint} = {ancestral}({folded}, {context.Members.Folded}({latents}){EmissionContext.Arguments(covariates, true)});");
        var results =
            context.JointOrder.Select(v =>
                v.Role == VariableRole.Latent ? $"{latents}.{context.Property(v)}" : $"{joint}.{context.Property(v)}.Unfold({rows})");
        writer.Line($"return new {context.Members.Joint}({string.Join(", ", results)});");
        writer.Close();
    }

    /// <summary>A simulation of some rows, which plated covariates must have too.</summary>
    private static string Simulation(EmissionContext context, string rows, IEnumerable<string> covariates)
    {
        var given = string.Join(", ", covariates);
        return $"new {Types.Simulation}(this, {context.Members.Sites}.{SitesEmitter.Plan}, [{rows}], [{given}])";
    }

    /// <summary>The number of rows of given latents.</summary>
    private static string RowsOf(EmissionContext context, string latents)
    {
        var latent = context.Model.Latents.First();
        return $"{latents}.{context.Property(latent)}{(EmissionContext.IsIndexed(latent) ? "[0]" : "")}.shape[0]";
    }

    /// <summary>Documents a parameter of the model.</summary>
    public static void WriteParameter(EmissionContext context, VariableSpec parameter) =>
        context.Writer.Line($"/// <param name=\"{parameter.Name}\">{(context.Model.IsObserved(parameter) ? "The observed data: [rows, event]"
            : context.Model.IsPlated(parameter) ? "The covariate: [rows, event]" : "The covariate, one for all rows")}.</param>");

    public static void WriteTerms(EmissionContext context)
    {
        var writer = context.Writer;
        var names = context.Names.Scope();
        var (draw, form, terms, rows) = (names.Local("draw"), names.Local("form"), names.Local("terms"), names.Local("rows"));
        writer.Gap();
        writer.Line("// The model, statement by statement, at the guide's draws.");
        writer.Line(Types.GeneratedCode);
        writer.Open($"private {Types.SiteTerms} {context.Members.Terms}({context.Members.Draw} {draw}, {Types.TermForm} {form})");
        writer.Line($"var {terms} = new {Types.SiteTerms}({draw}, {form});");
        if (context.Model.Parameters.Any(p => context.Model.IsPlated(p) && ReadVariables(context.Model.Body, context.Model).Contains(p.Id)))
            writer.Line($"var {rows} = {draw}.Layout.Rows({context.PlateInfo});");
        WriteInputs(context, $"{draw}.Batch", $"{rows}.Repeat");
        new TermsBody(context, draw, terms).Write();
        writer.Line($"return {terms};");
        writer.Close();
    }

    /// <summary>Names the parameters: K·B rows where the model's statements read them, else the B rows of the data.</summary>
    public static void WriteInputs(EmissionContext context, string batch, string repeat)
    {
        var read = ReadVariables(context.Model.Body, context.Model);
        var index = 0;
        foreach (var parameter in context.Model.Parameters)
        {
            var isRead = read.Contains(parameter.Id);
            var value = $"{batch}[{index++}]";
            if (isRead && !context.Model.IsPlated(parameter))
                context.Writer.Line($"var {Names.Escape(parameter.Name)} = {value}; // the same for all rows");
            else if (isRead)
                context.Writer.Line($"var {Names.Escape(parameter.Name)} = {repeat}({value}); // K·B rows: the model's statements read it");
            else if (context.Model.IsObserved(parameter) || context.Model.NamedParameters.Contains(parameter.Id))
                context.Writer.Line($"var {Names.Escape(parameter.Name)} = {value}; // B rows");
        }
    }

    /// <summary>The variables that any statement reads.</summary>
    public static ISet<int> ReadVariables(EquatableArray<StatementSpec> body, ModelSpec model)
    {
        var read = new SortedSet<int>();
        foreach (var statement in body)
        {
            read.UnionWith(statement switch
            {
                CarriedStatement carried => carried.Flows.SelectMany(f => f.Reads).Concat(carried.Others).Select(r => r.Variable),
                SampleStatement sample => model.Sites[sample.Site].Reads.Select(r => r.Variable),
                ObserveStatement observe => model.Sites[observe.Site].Reads.Select(r => r.Variable),
                BlockStatement block => ReadVariables(block.Body, model),
                LoopStatement loop => ReadVariables(loop.Body, model),
                _ => [],
            });
        }

        return read;
    }

    public static void WriteAncestral(EmissionContext context)
    {
        var writer = context.Writer;
        var names = context.Names.Scope();
        var (simulation, given) = (names.Local("simulation"), names.Local("given"));
        writer.Gap();
        writer.Line("// Ancestral sampling: every site from its parents. Given latents are taken instead of drawn.");
        writer.Line(Types.GeneratedCode);
        var members = context.Members;
        writer.Open($"private {members.Joint} {members.Ancestral}({Types.Simulation} {simulation}, "
            + $"{members.Latents}? {given}{Signatures.Tensors(context.Model.Covariates, true)})");
        new AncestralBody(context, simulation, given).WriteAll();
        writer.Close();
    }

    private sealed class TermsBody(EmissionContext context, string draw, string terms) : BodyEmitter(context)
    {
        protected override string Comment(SiteSpec site)
        {
            var kl = Context.Plan.Kl[site.Id];
            return !site.IsLatent ? $"{site.Name} is observed"
                : $"{base.Comment(site)}: pathwise; {(kl.ClosedForm ? "KL(q || p) in closed form" : "log p - log q at the draw")}: {kl.Reason}.";
        }

        protected override void WriteLatent(SiteSpec site, string target, string info)
        {
            Writer.Line($"{target} = {draw}.{Drawn(site)};");
            Writer.Line($"{terms}.Latent({info}, {draw}.{GuideMember(site)}, {Context.ModelName(site)}, {Value(site)});");
        }

        protected override void WriteObserved(SiteSpec site, string info) =>
            Writer.Line($"{terms}.Observed({info}, {Context.ModelName(site)}, {Names.Escape(site.Name)});");
    }

    private sealed class AncestralBody(EmissionContext context, string simulation, string given) : BodyEmitter(context)
    {
        private ISet<int> read = new SortedSet<int>();

        /// <summary>Results whose statements stand in a block of their own are kept in locals outside it.</summary>
        private IReadOnlyList<VariableSpec> hidden = [];

        /// <summary>Data that statements outside the block of their Observe name too.</summary>
        private IReadOnlyList<VariableSpec> shared = [];

        public void WriteAll()
        {
            read = ReadVariables(Model.Body, Model);
            hidden = [.. Context.JointOrder.Where(IsHidden)];
            shared = [.. Model.ObservedParameters.Where(x => (hidden.Contains(x) && read.Contains(x.Id)) || Model.NamedParameters.Contains(x.Id))];
            foreach (var parameter in shared) Writer.Line($"{Types.Tensor} {Names.Escape(parameter.Name)};");
            foreach (var variable in hidden)
            {
                if (variable.Role != VariableRole.Latent) Writer.Line($"{Types.Prediction} {Kept(variable)};");
                else if (EmissionContext.IsIndexed(variable)) Writer.Line($"var {Kept(variable)} = new {Types.Tensor}[{Context.Length(variable)}];");
                else Writer.Line($"{Types.Tensor} {Kept(variable)};");
            }

            Write();
            Writer.Gap();
            Writer.Line($"return new {Context.Members.Joint}({string.Join(", ", Context.JointOrder.Select(Result))});");
        }

        private string Kept(VariableSpec variable) => variable.Role == VariableRole.Latent
            ? Context.KeptName(Model.SitesOf(variable).First()) : Context.PredictionName(Model.SitesOf(variable).First(s => !s.IsLatent));

        private string Result(VariableSpec variable) =>
            variable.Role != VariableRole.Latent || hidden.Contains(variable) ? Kept(variable) : Names.Escape(variable.Name);

        private bool IsHidden(VariableSpec variable) => EmissionContext.IsIndexed(variable)
            ? !Model.Body.OfType<CarriedStatement>().Any(s => s.Flows.Any(f => f.Variable == variable.Id))
            : !Model.Body.Any(s => s is SampleStatement sample && Model.Sites[sample.Site].Variable == variable.Id
                || s is ObserveStatement observe && Model.Sites[observe.Site].Variable == variable.Id);

        protected override void WriteLatent(SiteSpec site, string target, string info)
        {
            Writer.Line($"{target} = {simulation}.Latent({info}, {Context.ModelName(site)}, {given}?.{Property(site)});");
            var variable = Model.Variables[site.Variable];
            if (!hidden.Contains(variable)) return;
            Writer.Line($"{Kept(variable)}{Position(site)} = {Value(site)};");
        }

        protected override void WriteObserved(SiteSpec site, string info)
        {
            var name = Context.PredictionName(site);
            var variable = Model.Variables[site.Variable];
            Writer.Line($"{(hidden.Contains(variable) ? "" : "var ")}{name} = {simulation}.Observed({info}, {Context.ModelName(site)});");
            if (read.Contains(site.Variable)) Writer.Line($"{(shared.Contains(variable) ? "" : "var ")}{Names.Escape(site.Name)} = {name}.Value;");
        }
    }
}
