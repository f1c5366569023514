using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>A parameter that says how many rows a plate has.</summary>
/// <param name="Plate">The plate; -1 in a model whose plates could not be read.</param>
/// <param name="Name">The parameter's name.</param>
/// <param name="Text">The plate's name, where there are several; else empty.</param>
internal sealed record PlateSize(int Plate, string Name, string Text);

/// <summary>
/// The headers of all members that a model has for others, read off its face and its parameters alone: a sound and a faulty model are written from
/// the same list, so that code which uses the model means the same with either.
/// </summary>
internal sealed class Signatures
{
    private readonly ModelSpec model;
    private readonly MemberNames members;
    private readonly Dictionary<int, string> sizeNames = [];
    private readonly List<string> lengthNames;

    public Signatures(EmissionContext context)
    {
        (model, members) = (context.Model, context.Members);
        Tree = new FaceTree(model);
        var names = new Names(Program.Parameters.Select(p => p.Name));
        var data = Program.Plates.Where(p => p.Size is null).ToList();
        if (data.Count <= 1) sizeNames[data.Count == 0 ? -1 : data[0].Id] = names.Local("rows");
        else foreach (var plate in data) sizeNames[plate.Id] = names.Local(plate.Name);
        lengthNames = [.. Program.DataLengths.Select(l => names.Local(l.Name))];
        (Latents, Samples) = (names.Local("latents"), names.Local("samples"));
        Particles = new Names(model.Face.Select(f => f.Property).Concat(model.FaceScopes.Select(s => s.Property))).Local("Particles");
        Doing = names.Local("doing");
        Values = new Names([.. model.Face.Select(Intervened), members.Interventions, .. GeneratedNames.RecordMembers]).Local("Values");
        Owner = new Names(model.Face.SelectMany(f => new[] { f.Flat, f.Encoder }).Concat(model.FaceScopes.Select(s => s.Encoder))
            .Concat(Program.Parameters.Select(p => p.Name))).Local("owner");
    }

    private ProgramSpec Program => model.Program;

    /// <summary>The records, with a record for each call of a submodel.</summary>
    public FaceTree Tree { get; }

    /// <summary>Parameters of the public methods, called so that no parameter of the model has their names.</summary>
    public string Latents { get; }

    public string Samples { get; }

    /// <summary>The member of the latents that knows their particles, which is not public.</summary>
    public string Particles { get; }

    /// <summary>The parameter of what a run sets.</summary>
    public string Doing { get; }

    /// <summary>The member of the interventions that lists them, which is not public.</summary>
    public string Values { get; }

    /// <summary>The guide's model, a parameter and a private field.</summary>
    public string Owner { get; }

    /// <summary>The plates whose size a simulation has to be told: those of data alone that it draws.</summary>
    public IReadOnlyList<PlateSize> SimulateSizes => Sizes(isKnown: plate => Program.Plates.Count(p => p.Size is null) > 1 && HasCovariate(plate));

    /// <summary>The plates whose size a prediction has to be told: neither covariates nor latents have it.</summary>
    public IReadOnlyList<PlateSize> PredictSizes => !model.IsSound ? []
        : Sizes(isKnown: plate => HasCovariate(plate) || Program.Sites.Any(s => s.IsLatent && s.Plates.Contains(plate.Id)));

    /// <summary>The lengths read off the data that a simulation has to be told: those of data that it draws.</summary>
    public IReadOnlyList<(DataLengthSpec Length, string Name)> SimulateLengths => [.. Program.DataLengths
        .Zip(lengthNames, (length, name) => (length, name)).Where(l => model.IsObserved(Program.Variables[l.length.Parameter]))];

    /// <summary>Those that a prediction has to be told: no latent has so many elements.</summary>
    public IReadOnlyList<(DataLengthSpec Length, string Name)> PredictLengths =>
        !model.IsSound ? [] : [.. SimulateLengths.Where(l => CountOf(l.Length) is null)];

    /// <summary>A length read off the data as the latents of a record tell it: <c>latents.z.Count</c>; null where none does.</summary>
    public string? CountOf(DataLengthSpec length)
    {
        foreach (var latent in Program.Latents.Where(l => l.Length?.Length == length.Length))
        {
            var face = model.Face.First(f => f.Name == latent.Name);
            if (face.IsOptional || face.Path.Length > 0) continue;
            var (count, offset) = ($"{Latents}.{Names.Escape(face.Property)}.Count", latent.Length!.Offset);
            var (text, times) = (offset == 0 ? count : offset < 0 ? $"{count} + {-offset}" : $"{count} - {offset}", latent.Length.Times);
            return times == 1 ? text : offset == 0 ? $"{text} / {times}" : $"({text}) / {times}";
        }

        return null;
    }

    private IReadOnlyList<PlateSize> Sizes(Func<PlateSpec, bool> isKnown)
    {
        if (Program.Plates.Count == 0) return model.IsSound ? [] : [new(-1, sizeNames[-1], "")];
        return [.. Program.Plates.Where(p => p.Size is null && !isKnown(p))
            .Select(p => new PlateSize(p.Id, sizeNames[p.Id], sizeNames.Count > 1 ? p.Name : ""))];
    }

    private bool HasCovariate(PlateSpec plate) => model.Covariates.Any(c => plate.Sources.Any(s => s.Parameter == c.Id));

    public string CreateGuide => $"public {members.Guide} CreateGuide({string.Join(", ", Networks.Select(n => $"{n} = null"))})";

    /// <summary>The families or feature networks of the encoders, in the order of the model.</summary>
    private IEnumerable<string> Networks => LatentSites.Select(
        l => $"{(l.IsIndexed ? Types.PosteriorList : Types.Posterior)}? {Names.Escape(l.Flat)}");

    public string LatentsRecord => $"public sealed record {members.Latents}({Tree.Parameters("", LatentType, $"{members.Latents}.", false)})";

    /// <summary>The record of a call's latents, within that of all latents.</summary>
    public string ScopeRecord(FaceScope scope) =>
        $"public sealed record {scope.Type}({Tree.Parameters(scope.Path, LatentType, $"{members.Latents}.", false)})";

    /// <summary>The record of a call's encoders, within the guide.</summary>
    public string ScopeEncoders(FaceScope scope) => $"public sealed record {scope.Type}({Tree.Parameters(
        scope.Path, f => !f.IsLatent ? null : f.IsIndexed && f.Scope == 0 ? Types.EncoderList : Types.Encoder, "", true)})";

    /// <summary>The guide's members for latents and calls, with their paths.</summary>
    public IEnumerable<(string Path, string Header)> GuideMembers => Tree.Members("")
        .Where(m => m.Site is not { IsLatent: false } && (m.Scope is null || Tree.HasLatents(m.Scope))).Select(m =>
        m.Scope is { } scope ? (scope.Path, $"public {FaceTree.ScopeType(scope, "")} {Names.Escape(scope.Encoder)}")
            : (m.Site!.Name, Encoder(m.Site)));

    public string ParticlesMember => $"internal int? {Particles} {{ get; init; }}";

    public string JointRecord => $"public sealed record {members.Joint}({Tree.Parameters("", JointType, $"{members.Latents}.", false)})";

    private static string JointType(FaceSite site) => LatentType(site)
        ?? (site.IsRecord ? RecordType(site) : Types.Prediction + (site.IsOptional ? "?" : ""));

    /// <summary>A recorded value's type, where the list of an indexed call holds its elements.</summary>
    private static string RecordType(FaceSite site)
    {
        var tensor = Types.Tensor + (site.IsOptional ? "?" : "");
        return site.IsIndexed && site.Scope == 0 ? $"{Types.List}<{tensor}>" : tensor;
    }

    /// <summary>The property of a record of latents for what is recorded beside them.</summary>
    public static string RecordProperty(FaceSite site)
    {
        var type = RecordType(site);
        return $"public {type} {Names.Escape(site.Property)} {{ get; init; }}{(type.EndsWith("?", StringComparison.Ordinal) ? "" : " = null!;")}";
    }

    /// <summary>A site's name among the interventions: those of calls have plain names.</summary>
    private static string Intervened(FaceSite site) => site.Path.Length > 0 ? site.Flat : site.Property;

    public string InterventionsRecord => $"public sealed record {members.Interventions}";

    /// <summary>A site's member of the interventions.</summary>
    public static string Intervention(FaceSite site) =>
        $"public {(site.IsIndexed ? $"{Types.List}<{Types.Tensor}?>" : Types.Tensor)}? {Names.Escape(Intervened(site))} {{ get; init; }}";

    /// <summary>What is set, in the order of the model: a list for each latent, and a value for each observed parameter.</summary>
    public string ValuesMember
    {
        get
        {
            var latents = InOrder(LatentSites, Program.Latents)
                .Select(l => l.IsIndexed ? $"{Names.InAccessor(Intervened(l))} ?? []" : $"[{Names.InAccessor(Intervened(l))}]");
            var observed = InOrder(model.Face.Where(f => f is { IsLatent: false, IsRecord: false }), Program.Observed)
                .Select(f => Names.InAccessor(f.Property));
            return $"internal {Types.SetValues} {Values} => new([{string.Join(", ", latents)}], [{string.Join(", ", observed)}]);";
        }
    }

    /// <summary>Sites as the plan counts them: a call may be given its data in another order than it observes them.</summary>
    private static IEnumerable<FaceSite> InOrder(IEnumerable<FaceSite> sites, IEnumerable<VariableSpec> variables)
    {
        var order = variables.Select(v => v.Name).ToList();
        return sites.OrderBy(s => order.IndexOf(s.Name) is >= 0 and var place ? place : order.Count);
    }

    public string Simulate => $"public {members.Joint} Simulate({WithDoing(Parameters(SimulateSizes, SimulateLengths, []))})";

    public string Predict =>
        $"public {members.Joint} Predict({WithDoing(Parameters(PredictSizes, PredictLengths, [$"{members.Latents} {Latents}"]))})";

    private string WithDoing(string parameters) => $"{parameters}{(parameters.Length > 0 ? ", " : "")}{members.Interventions}? {Doing} = null";

    public string LogJoint => $"public {Types.Tensor} LogJoint({members.Latents} {Latents}{Tensors(Program.Parameters, true)})";

    public string Guide => $"public sealed class {members.Guide} : {Types.Guide}";

    public string GuideConstructor =>
        $"internal {members.Guide}({model.Host.ClassName} {Owner}{string.Concat(Networks.Select(n => $", {n}"))})"
            + $" : base({(model.Host.IsModel ? Owner : "null!")})";

    public string Posterior =>
        $"public {members.Latents} Posterior({Tensors(Program.Parameters)}{(Program.Parameters.Any() ? ", " : "")}int {Samples} = 1)";

    public string Reconstruct => $"public {members.Joint} Reconstruct({Tensors(Program.Parameters)})";

    public static string Steps => $"public override {Types.List}<{Types.GuideStep}> Steps";

    /// <summary>The guide's steps at given lengths, without the end of the parameter list.</summary>
    public static string StepsAt => $"protected override {Types.List}<{Types.GuideStep}> StepsAt({Types.List}<int>";

    /// <summary>The guide's draws, without the end of the parameter list: the pass steps aside for the user's names.</summary>
    public static string Infer => $"protected override void Infer({Types.GuidePass}";

    public static string ContractPlan => $"{Types.ModelPlan} {Types.Model}.Plan";

    public static string ContractCreateGuide => $"{Types.Guide} {Types.Model}.CreateGuide()";

    public static string ContractRun => $"void {Types.Model}.Run({Types.Pass} pass, {Types.List}<{Types.Tensor}?> inputs)";

    /// <summary>The header of a mask, without its parameters' names, which step aside for the user's.</summary>
    public static string ContractMask(string site, string inputs) =>
        $"{Types.Tensor}? {Types.Model}.Mask({Types.SiteInfo} {site}, {Types.List}<{Types.Tensor}> {inputs})";

    public static string ContractInvoke => $"void {Types.Model}.Invoke({Types.List}<{Types.Tensor}> inputs)";

    public IEnumerable<FaceSite> LatentSites => model.Face.Where(f => f.IsLatent);

    public static string EncoderType(FaceSite latent) => latent.IsIndexed ? Types.EncoderList : Types.Encoder;

    public static string Encoder(FaceSite latent) => $"public {EncoderType(latent)} {Names.Escape(latent.Encoder)}";

    private string Parameters(
        IEnumerable<PlateSize> sizes, IEnumerable<(DataLengthSpec Length, string Name)> lengths, IEnumerable<string> first) => string.Join(
        ", ",
        first.Concat(sizes.Select(s => $"long {Names.Escape(s.Name)}")).Concat(lengths.Select(l => $"int {Names.Escape(l.Name)}"))
            .Concat(model.Covariates.Select(v => $"{Types.Tensor} {Names.Escape(v.Name)}")));

    /// <summary>A latent's type in the records, where the list of an indexed call holds its elements; null for what is observed.</summary>
    private static string? LatentType(FaceSite site)
    {
        if (!site.IsLatent) return null;
        var tensor = Types.Tensor + (site.IsOptional ? "?" : "");
        return site.IsIndexed && site.Scope == 0 ? $"{Types.List}<{tensor}>" : tensor;
    }

    /// <summary>Parameters, each a tensor: <c>Tensor x, Tensor c</c>, with a leading comma where something precedes.</summary>
    public static string Tensors(IEnumerable<VariableSpec> variables, bool leadingComma = false) =>
        string.Concat(variables.Select((v, i) =>
            $"{(i > 0 || leadingComma ? ", " : "")}{Types.Tensor}{(v.IsOptional ? "?" : "")} {Names.Escape(v.Name)}"));
}
