using System.Text;

namespace Ppl.Generators.Ir;

/// <summary>What a variable of the program is.</summary>
internal enum VariableRole
{
    Parameter,
    Local,
    Latent,
    Loop,
    Plate,

    /// <summary>What says which of some data are there, as encoders see it: no variable of the text.</summary>
    Mask,
}

/// <summary>A parameter or local of the program.</summary>
/// <param name="Id">Its position in the list.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is.</param>
/// <param name="Length">For an array whose elements are sites: its length.</param>
internal sealed record VariableSpec(int Id, string Name, VariableRole Role, IndexSpec? Length)
{
    /// <summary>
    /// For a parameter that is observed slice by slice, <c>x[.., t]</c>: the dimension of which they are slices; of a mask that after the plates.
    /// </summary>
    public int? Slices { get; init; }

    /// <summary>The sizes of an array of sites that has several indices, one of which is open; none for any other variable.</summary>
    public EquatableArray<IndexSpec> Sizes { get; init; } = EquatableArray<IndexSpec>.Empty;

    /// <summary>The size among several that is open; null for an array of another form.</summary>
    public IndexSpec? OpenSize => Sizes.FirstOrDefault(size => !size.IsConstant);

    /// <summary>Whether it is a parameter that may be null: it holds what is known of a latent.</summary>
    public bool IsOptional { get; init; }

    /// <summary>How much of the name an index follows, <c>a[i].z</c>, where a call is indexed; 0 where it follows the whole name.</summary>
    public int Scope { get; init; }

    /// <summary>For a local that holds a position for good, <c>var steps = (int)x.shape[1]</c>: the position.</summary>
    public IndexSpec? Position { get; init; }

    /// <summary>For a mask the parameter that holds its data.</summary>
    public int? MaskOf { get; init; }

    /// <summary>The name of an element: <c>h[2]</c>, <c>a[2].z</c>.</summary>
    public string Element(string position) => Name.Insert(Scope > 0 ? Scope : Name.Length, $"[{position}]");
}

/// <summary>The order of the guide's draws, and what each factor sees: Ppl.GuideStructure, member by member.</summary>
internal enum GuideStructure
{
    FaithfulInverse,
    TopDown,
    MeanField,
}

/// <summary>A method of sites as it is read: what it says of random variables, plates and the values between them, and nothing of Roslyn.</summary>
internal sealed record ProgramSpec
{
    public required string Method { get; init; }

    public required GuideStructure Structure { get; init; }

    /// <summary>Parameters first, in the order of the signature; then locals as they are met.</summary>
    public required EquatableArray<VariableSpec> Variables { get; init; }

    /// <summary>Plates in the order of the text.</summary>
    public required EquatableArray<PlateSpec> Plates { get; init; }

    public required EquatableArray<SiteSpec> Sites { get; init; }

    /// <summary>The values that results have beside those of the sites.</summary>
    public EquatableArray<RecordSpec> Records { get; init; } = EquatableArray<RecordSpec>.Empty;

    public required EquatableArray<StatementSpec> Body { get; init; }

    /// <summary>The texts of the lengths that arrays and loops of sites have, such as <c>layers</c>.</summary>
    public required EquatableArray<TextSpec> Lengths { get; init; }

    /// <summary>Those of the lengths that are read off the data, in the order of the text.</summary>
    public EquatableArray<DataLengthSpec> DataLengths { get; init; } = EquatableArray<DataLengthSpec>.Empty;

    /// <summary>The position among the lengths read off the data of one of the lengths; -1 for a member of the model.</summary>
    public int DataLength(int length) => DataLengths.Select(l => l.Length).ToList().IndexOf(length);

    /// <summary>Ids of the parameters that stand in a <c>nameof</c>: their names must be there, whether or not anything reads their values.</summary>
    public required EquatableArray<int> NamedParameters { get; init; }

    /// <summary>What a submodel returns; null for a model, which returns nothing.</summary>
    public ResultSpec? Result { get; init; }

    /// <summary>The method's parameters; in a faulty model, those with names of their own.</summary>
    public IEnumerable<VariableSpec> Parameters
    {
        get
        {
            var names = new HashSet<string>();
            foreach (var variable in Variables)
                if (variable.Role == VariableRole.Parameter && variable.Name.Length > 0 && names.Add(variable.Name)) yield return variable;
        }
    }

    /// <summary>The variables that hold latents, in the order of their first site: one for each latent or indexed latent.</summary>
    public IEnumerable<VariableSpec> Latents => Sites.Where(s => s.IsLatent).Select(s => s.Variable).Distinct().Select(v => Variables[v]);

    /// <summary>The observed parameters, in the order of their sites.</summary>
    public IEnumerable<VariableSpec> Observed =>
        Sites.Where(s => s.Kind == SiteKind.Observed).Select(s => s.Variable).Distinct().Select(v => Variables[v]);

    public IEnumerable<SiteSpec> SitesOf(VariableSpec variable) => Sites.Where(s => s.Variable == variable.Id);

    /// <summary>The texts of the lengths in comments and messages.</summary>
    public IReadOnlyList<string> LengthTexts => [.. Lengths.Select(l => l.OneLine)];

    /// <summary>The plates of a variable's leading dimensions, outermost first: those a parameter is data of, those of a latent's sites.</summary>
    public IReadOnlyList<int> PlatesOf(VariableSpec variable) => variable.Role switch
    {
        VariableRole.Parameter => PlatesOfData(variable.Id),
        VariableRole.Latent => SitesOf(variable).First().Plates,
        VariableRole.Mask => Sites.First(s => s.Data == variable.MaskOf).Plates,
        _ => [],
    };

    private IReadOnlyList<int> PlatesOfData(int parameter)
    {
        var own = new List<(int Dimension, int Plate)>();
        foreach (var plate in Plates)
            foreach (var source in plate.Sources)
                if (source.Parameter == parameter) own.Add((source.Dimension, plate.Id));
        return own.Count < 2 ? own.ConvertAll(o => o.Plate) : [.. own.OrderBy(o => o.Dimension).Select(o => o.Plate)];
    }

    /// <summary>Whether the outermost of some plates is the leading dimension of data.</summary>
    public bool IsLocal(IReadOnlyList<int> plates) => plates.Count > 0 && Plates[plates[0]].IsRows;

    /// <summary>The parameters that masks read, in the order of the signature.</summary>
    public IEnumerable<VariableSpec> MaskParameters => Parameters.Where(p => Sites.Any(s => s.Mask is { } mask && mask.Parameters.Contains(p.Id)));

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append($"program {Method}({string.Join(", ", Parameters.Select(p => p.Name))})\n");
        if (Structure != GuideStructure.FaithfulInverse) text.Append($"guide {Structure}\n");
        foreach (var plate in Plates) text.Append($"plate {plate.ToText(Variables)}\n");
        foreach (var (length, i) in LengthTexts.Select((l, i) => (l, i)))
            text.Append($"length {length}{(DataLength(i) is >= 0 and var data ? $" of {DataLengths[data].ToText(this)}" : "")}\n");
        Append(text, Body, "  ");
        return text.ToString();
    }

    private void Append(StringBuilder text, EquatableArray<StatementSpec> body, string indent)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case SiteStatement site:
                    text.Append($"{indent}{Text(Sites[site.Site])} reads {Reads(Sites[site.Site].Distribution.Reads)}\n");
                    break;
                case DeterministicStatement recorded:
                    text.Append($"{indent}{Text(Records[recorded.Record])} reads {Reads(recorded.Flows.Single().Reads)}\n");
                    break;
                case CarriedStatement carried:
                    var line = carried.Text.ToString().Replace("\n", " ");
                    text.Append(line.Length == 0 ? $"{indent}given\n" : $"{indent}carried: {line}\n");
                    foreach (var flow in carried.Flows)
                        text.Append($"{indent}  {Element(flow.Variable, flow.Index)} {(flow.Keeps ? "+<-" : "<-")} {Reads(flow.Reads)}\n");
                    break;
                case PlateStatement plate:
                    text.Append($"{indent}plate {Plates[plate.Plate].Name}\n");
                    break;
                case LoopStatement loop:
                    text.Append($"{indent}loop {loop.VariableName} from {loop.From.ToText(LengthTexts)} ")
                        .Append($"to {loop.To.ToText(LengthTexts)} step {loop.Step}\n");
                    Append(text, loop.Body, indent + "  ");
                    break;
                case BlockStatement block:
                    text.Append($"{indent}block\n");
                    Append(text, block.Body, indent + "  ");
                    break;
                case BranchStatement branch:
                    Append(text, branch, indent);
                    break;
                case CallStatement call:
                    text.Append($"{indent}call {call.Target?.OneLine ?? "without result"} = {call.Call.Method}\n");
                    Append(text, call.Body, indent + "  ");
                    break;
            }
        }
    }

    private void Append(StringBuilder text, BranchStatement branch, string indent)
    {
        text.Append($"{indent}branch {branch.Id}{(branch.Header is { } header ? $" {header.OneLine}" : "")}")
            .Append($"{(branch.IsExhaustive ? "" : ", or none")}{(branch.Varies ? ", each round for itself" : "")}\n");
        foreach (var arm in branch.Arms)
        {
            text.Append($"{indent}  {arm.Header?.OneLine ?? "else"} reads {Reads(arm.Reads)}{(arm.Completes ? "" : ", and ends")}\n");
            foreach (var flow in arm.Flows)
                text.Append($"{indent}    {Element(flow.Variable, flow.Index)} {(flow.Keeps ? "+<-" : "<-")} {Reads(flow.Reads)}\n");
            Append(text, arm.Body, indent + "    ");
        }
    }

    /// <summary>A site with its plates: <c>latent z in (data) ~ Normal: Normal(0, 1)</c>.</summary>
    public string Text(SiteSpec site)
    {
        var plates = site.Plates.Count == 0 ? "" : $" in ({string.Join(", ", site.Plates.Select(p => Plates[p].Name))})";
        var condition = site.Guards.Count == 0 ? "" : $" {site.Condition}";
        if (site.Kind == SiteKind.Factor) return $"factor {site.Name}{plates}{condition}";
        return $"{site.Kind.ToString().ToLowerInvariant()} {Element(site, [])}{plates}{condition} "
            + $"~ {site.Distribution.Family.Name}: {site.Distribution.Text}"
            + (site.Known is { } known ? $" observed {Variables[known].Name}" : "") + (site.Mask is null ? "" : $" where {site.Mask.Text.OneLine}");
    }

    private string Text(RecordSpec record)
    {
        var plates = record.Plates.Count == 0 ? "" : $" in ({string.Join(", ", record.Plates.Select(p => Plates[p].Name))})";
        var name = record.Index is null ? record.Name : Variables[record.Variable].Element(record.Index.ToText([]));
        return $"record {name}{plates}{(record.Guards.Count == 0 ? "" : $" {record.Condition}")} = {record.Text}";
    }

    private string Reads(EquatableArray<Read> reads) => $"{{{string.Join(", ", reads.Select(Text))}}}";

    /// <summary>A read: <c>z</c>, <c>h[i - 1]</c>, <c>alpha[county]</c>; slices from the first to one, <c>x[..i + 1]</c>.</summary>
    public string Text(Read read)
    {
        if (read.By is { } by) return $"{Variables[read.Variable].Name}[{Variables[by].Name}]";
        if (read.End is not { } end) return Element(read.Variable, read.Index);
        var from = read.Index!.ToText(LengthTexts);
        return $"{Variables[read.Variable].Name}[{(from == "0" ? "" : from)}..{end.ToText(LengthTexts)}]";
    }

    /// <summary>The site's name, with the element's position where there is one.</summary>
    public string Element(SiteSpec site) => Element(site, LengthTexts);

    public string Element(SiteSpec site, IReadOnlyList<string> lengths) =>
        site.Index is null ? site.Name : Variables[site.Variable].Element(site.Index.ToText(lengths));

    private string Element(int variable, IndexSpec? index) =>
        index is null ? Variables[variable].Name : Variables[variable].Element(index.ToText(LengthTexts));
}

/// <summary>One model: its program, the C# around it, and what users see of it.</summary>
internal sealed record ModelSpec
{
    public required ProgramSpec Program { get; init; }

    public required HostSpec Host { get; init; }

    /// <summary>Every latent and every observed parameter in the order of the text, also where it stands where no site may.</summary>
    public required EquatableArray<FaceSite> Face { get; init; }

    /// <summary>The calls of submodels that hold latents, as the generated records and the guide have them.</summary>
    public required EquatableArray<FaceScope> FaceScopes { get; init; }

    public required EquatableArray<Issue> Issues { get; init; }

    /// <summary>Whether nothing is wrong with it as far as reading tells.</summary>
    public bool IsSound => Issues.Count == 0 && Host.CompilerError.Length == 0;

    /// <summary>Whether it returns something, so that it is no model by itself but a part of those that call it.</summary>
    public bool IsSubmodel => Program.Result is not null;

    public bool IsObserved(VariableSpec parameter) => Face.Any(f => !f.IsRecord && (f.IsLatent ? f.Known : f.Name) == parameter.Name);

    /// <summary>Parameters that are never observed.</summary>
    public IEnumerable<VariableSpec> Covariates => Program.Parameters.Where(p => !IsObserved(p));

    public string ToText() => $"model {string.Join(".", Host.Types.Select(t => t.Name))}\n{Program.ToText()}"
        + string.Concat(Issues.Select(issue => issue.ToText() + "\n"));
}
