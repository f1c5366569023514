using System.Globalization;
using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>What the emitters of one model share: the plan, the writer, and what everything is called.</summary>
internal sealed class EmissionContext
{
    private readonly Dictionary<int, string> modelNames = [];
    private readonly Dictionary<int, string> siteFields = [];
    private readonly Dictionary<int, string> plateFields = [];
    private readonly Dictionary<int, string> callFields = [];
    private readonly Dictionary<int, string> recordFields = [];

    public EmissionContext(InferencePlan plan, LineMap lines)
    {
        Plan = plan;
        Writer = new CodeWriter(lines, plan.Model.Host.ShortNames);
        Names = new Names(plan.Model.Host.TakenNames);
        LengthTexts = LengthsOfModel;
        SitesName = Model.IsSubmodel ? Names.Local("sites") : Members.Sites;
        var fields = new Names(Model.IsSubmodel ? [.. GeneratedNames.RecordMembers, SubmodelEmitter.Element, Members.Sites]
            : [.. GeneratedNames.ObjectMembers, SitesEmitter.Plan, Members.Sites, Members.Plates]);
        var own = CallStatement.PartsOf(plan.Program.Body).OfType<SiteStatement>().Select(s => s.Site).ToList();
        foreach (var site in plan.Program.Sites)
        {
            // Of what stands in a call, the submodel has the distributions, and a submodel has its callers' sites.
            var isOwn = own.Contains(site.Id);
            if (isOwn) modelNames[site.Id] = Names.Local($"p_{site.Name}");
            if (isOwn || !Model.IsSubmodel) siteFields[site.Id] = fields.Local(site.Name.Replace('.', '_'));
        }

        foreach (var call in Calls) callFields[call.Anchor] = fields.Local(call.Call.Name);
        var recorded = CallStatement.PartsOf(plan.Program.Body).OfType<DeterministicStatement>().Select(s => s.Record).ToList();
        foreach (var record in plan.Program.Records)
            if (!Model.IsSubmodel || recorded.Contains(record.Id)) recordFields[record.Id] = fields.Local(record.Name.Replace('.', '_'));

        var plates = new Names([.. GeneratedNames.ObjectMembers, Members.Plates]);
        foreach (var plate in plan.Program.Plates) plateFields[plate.Id] = plates.Local(plate.Name);
        Signatures = new Signatures(this);
    }

    public InferencePlan Plan { get; }

    public ModelSpec Model => Plan.Model;

    public ProgramSpec Program => Model.Program;

    public MemberNames Members => Model.Host.Members;

    public Signatures Signatures { get; }

    public CodeWriter Writer { get; }

    public Names Names { get; }

    /// <summary>Where the descriptions of sites are found: the class of a model's, the parameter of a submodel.</summary>
    public string SitesName { get; }

    /// <summary>The calls of submodels, without those inside them.</summary>
    public IEnumerable<CallStatement> Calls => CallStatement.PartsOf(Program.Body).OfType<CallStatement>();

    /// <summary>How the program's lengths are reached from where is being written: the guide asks its owner.</summary>
    public IReadOnlyList<string> LengthTexts { get; set; }

    /// <summary>The lengths as the model's own text has them.</summary>
    public IReadOnlyList<string> LengthsOfModel => [.. Program.Lengths.Select(l => l.ToString())];

    /// <summary>The lengths as some text reaches them.</summary>
    /// <param name="members">Those that the model's class has.</param>
    /// <param name="data">Those read off the data, by their position among these.</param>
    public IReadOnlyList<string> LengthsBy(IEnumerable<string> members, Func<int, string> data) =>
        [.. members.Select((member, i) => Program.DataLength(i) is >= 0 and var length ? data(length) : member)];

    /// <summary>The name of the model's distribution of a site: <c>p_z</c>.</summary>
    public string ModelName(SiteSpec site) => modelNames[site.Id];

    /// <summary>The static description of a site: <c>Sites.z</c>.</summary>
    public string SiteField(SiteSpec site) => Names.Escape(siteFields[site.Id]);

    /// <summary>The static description of a recorded value: <c>Sites.mean</c>.</summary>
    public string RecordField(int record) => Names.Escape(recordFields[record]);

    /// <summary>The description of a recorded value where it is used: that of the element, if it is indexed.</summary>
    public string RecordInfo(int record) => $"{SitesName}.{RecordField(record)}"
        + (Program.Records[record].Index is { } index ? $".At({Index(index, "")})" : "");

    /// <summary>The static description of a plate: <c>Plates.data</c>.</summary>
    public string PlateField(int plate) => $"{Members.Plates}.{Names.Escape(plateFields[plate])}";

    /// <summary>The name of a plate's description within its class.</summary>
    public string PlateName(int plate) => Names.Escape(plateFields[plate]);

    /// <summary>The description of a site where it is used: that of the element, if it is indexed.</summary>
    public string SiteInfo(SiteSpec site, string loopVariable) =>
        $"{SitesName}.{SiteField(site)}{(site.Index is null ? "" : $".At({Index(site.Index, loopVariable)})")}";

    /// <summary>The description of a latent where the guide draws it.</summary>
    public string SiteInfo(Read target, string loopVariable)
    {
        var site = Program.SitesOf(Program.Variables[target.Variable]).First();
        return $"{Members.Sites}.{SiteField(site)}{(target.Index is null ? "" : $".At({Index(target.Index, loopVariable)})")}";
    }

    /// <summary>The sites of a call as its submodel's type has them: <c>a</c>.</summary>
    public string CallField(CallStatement call) => Names.Escape(callFields[call.Anchor]);

    /// <summary>The sites of a call where it is made: those of the round, if it is indexed.</summary>
    public string CallSites(CallStatement call, string loopVariable) => $"{SitesName}.{CallField(call)}"
        + (call.Call.Index is { } index ? $".{SubmodelEmitter.Element}({Index(index, loopVariable)})" : "");

    /// <summary>The name of a parameter, or of the guide's local for a latent: <c>x</c>, <c>a_z</c>.</summary>
    public string Plain(VariableSpec variable) => Names.Escape(variable.Role == VariableRole.Latent ? Face(variable).Flat : variable.Name);

    /// <summary>A variable as users see it.</summary>
    public FaceSite Face(VariableSpec variable) => Model.Face.First(f => f.Name == variable.Name);

    /// <summary>The latent's member of the guide; of one in a call the private one.</summary>
    public string Encoder(VariableSpec latent) => Names.Escape(Face(latent) is { Path.Length: > 0 } nested ? nested.Flat : Face(latent).Encoder);

    /// <summary>Whether data tell how many elements a latent has.</summary>
    public bool IsOpen(VariableSpec latent) => latent.Length is { Length: >= 0 and var length } && Program.DataLength(length) >= 0;

    public static bool IsIndexed(VariableSpec latent) => latent.Length is not null;

    /// <summary>What the variables of the model's loops are called where its statements are being written; others are the guide's.</summary>
    public Dictionary<int, string> LoopNames { get; } = [];

    /// <summary>The position as C# text, valid anywhere in the model's class.</summary>
    public string Index(IndexSpec index, string loopVariable)
    {
        var terms = new List<string>();
        foreach (var (variable, times, length) in index.Terms)
        {
            var factor = IndexSpec.Factor(Names.Escape(LoopNames.TryGetValue(variable, out var own) ? own : loopVariable), times);
            terms.Add(length < 0 ? factor : $"{factor} * {LengthTexts[length]}");
        }

        if (index.Length >= 0) terms.Add(IndexSpec.Factor(LengthTexts[index.Length], index.Times));
        var text = string.Join(" + ", terms);
        var offset = Math.Abs(index.Offset).ToString(CultureInfo.InvariantCulture);
        if (text.Length == 0) return index.Offset < 0 ? $"-{offset}" : offset;
        return index.Offset == 0 ? text : $"{text} {(index.Offset < 0 ? '-' : '+')} {offset}";
    }

    /// <summary>The header of a counting loop.</summary>
    public string Loop(string variable, IndexSpec from, IndexSpec to, int step)
    {
        var name = Names.Escape(variable);
        return step > 0 ? $"for (var {name} = {Index(from, "")}; {name} < {Index(to, "")}; {name}++)"
            : $"for (var {name} = {Index(from, "")}; {name} >= {Index(to with { Offset = to.Offset + 1 }, "")}; {name}--)";
    }

    public string Length(VariableSpec latent) => Index(latent.Length!, "");

    /// <summary>A latent or datum as C# text: <c>x</c>, <c>h[i - 1]</c>.</summary>
    public string Value(Read read, string loopVariable) => Plain(Program.Variables[read.Variable]) + Element(read, loopVariable);

    /// <summary>What follows a variable that is read: <c>[i - 1]</c>, or nothing.</summary>
    public string Element(Read read, string loopVariable) => read.Index is null ? "" : $"[{Index(read.Index, loopVariable)}]";

    public string Arguments(IEnumerable<VariableSpec> variables, bool leadingComma = false) =>
        string.Concat(variables.Select((v, i) => $"{(i > 0 || leadingComma ? ", " : "")}{Plain(v)}"));

    /// <summary>Text inside an XML documentation comment.</summary>
    public static string Xml(string source) => string.Join(" ", source.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Boolean(bool value) => value ? "true" : "false";

    /// <summary>A C# string literal.</summary>
    public static string Literal(string value)
    {
        var text = new System.Text.StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\u0085' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }
}
