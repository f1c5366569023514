using System.Text;

namespace Ppl.Generators.Ir;

/// <summary>The using directives of one level of the user's file, and the namespace declared around it.</summary>
/// <param name="Namespace">The namespace as written; empty for the file itself.</param>
/// <param name="Directives">Extern aliases and usings, each as written.</param>
internal sealed record ScopeSpec(string Namespace, EquatableArray<string> Directives);

/// <summary>A type around the model, or the model's class.</summary>
/// <param name="Declaration">Keyword and name with type parameters: <c>class Vae&lt;T&gt;</c>.</param>
/// <param name="Name">The name with type parameters.</param>
internal sealed record TypeSpec(string Declaration, string Name);

/// <summary>What a variable of the model is.</summary>
internal enum VariableRole
{
    Parameter,
    Local,
    Latent,
    Loop,
}

/// <summary>A parameter or local of the model.</summary>
/// <param name="Id">Its position in the list.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is.</param>
/// <param name="Length">For an array whose elements are sites: its length.</param>
internal sealed record VariableSpec(int Id, string Name, VariableRole Role, IndexSpec? Length);

/// <summary>One model, read from its method: everything that analysis and emission use, and nothing of Roslyn.</summary>
internal sealed record ModelSpec
{
    public required EquatableArray<ScopeSpec> Scopes { get; init; }

    /// <summary>The types around the method, outermost first; the last is the model's class.</summary>
    public required EquatableArray<TypeSpec> Types { get; init; }

    /// <summary>Whether the class can carry generated members at all: another file can hold a part of it, and none does for another model.</summary>
    public required bool CanEmit { get; init; }

    /// <summary>Whether the class derives from GenerativeModel, so that a guide can be made for it.</summary>
    public required bool IsModel { get; init; }

    public required string Method { get; init; }

    public required string HintName { get; init; }

    /// <summary>The plate's variable.</summary>
    public required string Plate { get; init; }

    /// <summary>Parameters first, in the order of the signature; then locals as they are met.</summary>
    public required EquatableArray<VariableSpec> Variables { get; init; }

    /// <summary>Ids of the parameters that are given to the plate; any other is one tensor for all rows.</summary>
    public required EquatableArray<int> PlateData { get; init; }

    /// <summary>Ids of the parameters that stand in a <c>nameof</c>: their names must be there, whether or not anything reads their values.</summary>
    public required EquatableArray<int> NamedParameters { get; init; }

    public required EquatableArray<SiteSpec> Sites { get; init; }

    /// <summary>Every latent and every observed parameter in the order of the text, also where it stands where no site may.</summary>
    public required EquatableArray<FaceSite> Face { get; init; }

    public required EquatableArray<StatementSpec> Body { get; init; }

    /// <summary>The text of the length that indexed sites share, such as <c>layers</c>; empty without one.</summary>
    public required string Length { get; init; }

    /// <summary>Identifiers of the method's text, sorted: emitted locals avoid them.</summary>
    public required EquatableArray<string> TakenNames { get; init; }

    /// <summary>What the generated members are called.</summary>
    public required MemberNames Members { get; init; }

    /// <summary>Namespaces that the generated file imports beside the user's.</summary>
    public required EquatableArray<string> Imports { get; init; }

    /// <summary>Types, marked, whose short names mean them in the generated file.</summary>
    public required EquatableArray<string> ShortNames { get; init; }

    public required EquatableArray<Issue> Issues { get; init; }

    /// <summary>
    /// What the C# compiler says of the method's own text, when the generated half of the class is not there yet; empty without an error.
    /// </summary>
    public required string CompilerError { get; init; }

    public string ClassName => Types[Types.Count - 1].Name;

    /// <summary>The method's parameters; in a faulty model, those with names of their own.</summary>
    public IEnumerable<VariableSpec> Parameters =>
        Variables.Where(v => v.Role == VariableRole.Parameter && v.Name.Length > 0).GroupBy(v => v.Name).Select(g => g.First());

    public IEnumerable<VariableSpec> ObservedParameters => Parameters.Where(IsObserved);

    /// <summary>Parameters that are never observed.</summary>
    public IEnumerable<VariableSpec> Covariates => Parameters.Where(p => !IsObserved(p));

    /// <summary>The variables that hold latents, in the order of their first site: one for each latent or indexed latent.</summary>
    public IEnumerable<VariableSpec> Latents => Sites.Where(s => s.IsLatent).Select(s => s.Variable).Distinct().Select(v => Variables[v]);

    public IEnumerable<SiteSpec> SitesOf(VariableSpec variable) => Sites.Where(s => s.Variable == variable.Id);

    public bool IsObserved(VariableSpec parameter) => Face.Any(f => !f.IsLatent && f.Name == parameter.Name);

    /// <summary>Whether a parameter has a row for each row of the plate.</summary>
    public bool IsPlated(VariableSpec parameter) => PlateData.Contains(parameter.Id);

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append($"model {string.Join(".", Types.Select(t => t.Name))}.{Method}({string.Join(", ", Parameters.Select(p => p.Name))})\n");
        text.Append($"plate {Plate} of {string.Join(", ", Parameters.Where(IsPlated).Select(p => p.Name))}\n");
        if (Length.Length > 0) text.Append($"length {Length}\n");
        Append(text, Body, "  ");
        foreach (var issue in Issues) text.Append(issue.ToText()).Append('\n');
        return text.ToString();
    }

    private void Append(StringBuilder text, EquatableArray<StatementSpec> body, string indent)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case SampleStatement sample:
                    text.Append($"{indent}{Sites[sample.Site].ToText()} reads {Reads(Sites[sample.Site].Reads)}\n");
                    break;
                case ObserveStatement observe:
                    text.Append($"{indent}{Sites[observe.Site].ToText()} reads {Reads(Sites[observe.Site].Reads)}\n");
                    break;
                case CarriedStatement carried:
                    text.Append($"{indent}carried: {carried.Text.Replace("\n", " ")}\n");
                    foreach (var flow in carried.Flows)
                        text.Append($"{indent}  {Element(flow.Variable, flow.Index)} {(flow.Keeps ? "+<-" : "<-")} {Reads(flow.Reads)}\n");
                    break;
                case LoopStatement loop:
                    text.Append($"{indent}loop {loop.VariableName} from {loop.From.ToText(Length)} to {loop.To.ToText(Length)} step {loop.Step}\n");
                    Append(text, loop.Body, indent + "  ");
                    break;
                case BlockStatement block:
                    text.Append($"{indent}block\n");
                    Append(text, block.Body, indent + "  ");
                    break;
            }
        }
    }

    private string Reads(EquatableArray<Read> reads) => $"{{{string.Join(", ", reads.Select(r => Element(r.Variable, r.Index)))}}}";

    private string Element(int variable, IndexSpec? index) => Variables[variable].Name + (index is null ? "" : $"[{index.ToText(Length)}]");
}
