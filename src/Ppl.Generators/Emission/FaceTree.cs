using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// The generated records as a tree: latents, and for each call of a submodel a record of its own, <c>latents.a.z</c>, or a list of them where the
/// elements of an array receive the results, <c>latents.a[i].z</c>.
/// </summary>
internal sealed class FaceTree(ModelSpec model)
{
    private const string Select = "global::System.Linq.Enumerable.Select";
    private const string At = "global::System.Linq.Enumerable.ElementAtOrDefault";
    private const string Range = "global::System.Linq.Enumerable.Range";

    /// <summary>A member of a record: a site, or a call.</summary>
    /// <param name="Site">The site; null for a call.</param>
    /// <param name="Scope">The call; null for a site.</param>
    public sealed record Member(FaceSite? Site, FaceScope? Scope);

    /// <summary>The members of a record in the order of the model.</summary>
    /// <param name="path">The call that the record is of; empty for the model's own.</param>
    public IEnumerable<Member> Members(string path)
    {
        var seen = new HashSet<string>();
        foreach (var site in model.Face)
        {
            if (site.Path == path) yield return new(site, null);
            else if (Below(path, site.Path) is { } scope && seen.Add(scope.Path)) yield return new(null, scope);
        }
    }

    /// <summary>The call next below a path on the way to another; null where the other does not lie below.</summary>
    private FaceScope? Below(string path, string site) => model.FaceScopes.FirstOrDefault(
        s => s.Parent == path && (site == s.Path || site.StartsWith(s.Path + ".", StringComparison.Ordinal)));

    /// <summary>The parameters of a record.</summary>
    /// <param name="path">The call that it is of.</param>
    /// <param name="type">The type of a site; null for one that the record has not.</param>
    /// <param name="owner">The type around the calls' types, with a dot.</param>
    /// <param name="isGuide">Whether the record is of encoders.</param>
    public string Parameters(string path, Func<FaceSite, string?> type, string owner, bool isGuide) => string.Join(
        ", ", Members(path).Where(m => !isGuide || m.Scope is null || HasLatents(m.Scope))
            .Select(m => m.Scope is { } scope ? $"{ScopeType(scope, owner)} {Name(scope, isGuide)}"
            : type(m.Site!) is { } own ? $"{own} {Name(m.Site!, isGuide)}" : "").Where(p => p.Length > 0));

    /// <summary>Whether some latent stands in a call, so that the guide has a record of it.</summary>
    public bool HasLatents(FaceScope scope) =>
        model.Face.Any(f => f.IsLatent && f.Name.StartsWith(scope.Path + ".", StringComparison.Ordinal));

    /// <summary>The values that a call, or the model itself, records, which its record of latents has as properties.</summary>
    public IEnumerable<FaceSite> Recorded(string path) => Members(path).Select(m => m.Site).OfType<FaceSite>().Where(f => f.IsRecord);

    public static string ScopeType(FaceScope scope, string owner) =>
        scope.IsIndexed ? $"{Types.List}<{owner}{scope.Type}>" : owner + scope.Type;

    /// <summary>The values of a record's members.</summary>
    /// <param name="path">The call that the record is of.</param>
    /// <param name="value">The value of a site; null for one that the record has not.</param>
    /// <param name="owner">The type around the calls' types, with a dot.</param>
    /// <param name="loop">What the position in a list may be called.</param>
    /// <param name="position">The position in the list that the record stands in; empty outside of lists.</param>
    /// <param name="isJoint">Whether it is a record of everything, which has recorded values among its members.</param>
    public string Values(
        string path, Func<FaceSite, string?> value, string owner, string loop, string position = "", bool isJoint = false) => string.Join(
        ", ", Members(path).Select(m => m.Scope is { } scope ? HasValues(scope, value) ? Value(scope, value, owner, loop, position) : ""
            : m.Site!.IsRecord && !isJoint ? ""
            : value(m.Site) is { } own ? own + (position.Length > 0 ? $"[{position}]" : "") : "").Where(v => v.Length > 0));

    private bool HasValues(FaceScope scope, Func<FaceSite, string?> value) =>
        model.Face.Any(f => f.Name.StartsWith(scope.Path + ".", StringComparison.Ordinal) && value(f) is not null);

    /// <summary>What a record of latents is given besides: the values that are recorded beside them, <c>mean = ...</c>.</summary>
    /// <param name="path">The call that the record is of.</param>
    /// <param name="value">The value of a site.</param>
    /// <param name="position">The position in the list that the record stands in; empty outside of lists.</param>
    public IEnumerable<string> Properties(string path, Func<FaceSite, string?> value, string position = "") =>
        Recorded(path).Where(f => value(f) is not null)
            .Select(f => $"{Names.Escape(f.Property)} = {(position.Length > 0 ? $"{At}({value(f)}, {position})!" : value(f))}");

    /// <summary>The value of a call's record, or of the list of them.</summary>
    public string Value(FaceScope scope, Func<FaceSite, string?> value, string owner, string loop, string position)
    {
        string Record(string at)
        {
            var properties = string.Join(", ", Properties(scope.Path, value, at));
            return $"new {owner}{scope.Type}({Values(scope.Path, value, owner, loop, at)}){(properties.Length > 0 ? $" {{ {properties} }}" : "")}";
        }

        if (!scope.IsIndexed) return Record(position);
        var first = model.Face.Where(f => Below(scope.Parent, f.Path) == scope).OrderByDescending(f => f.IsLatent).First();
        var element = Record(loop);
        return $"[.. {Select}({Range}(0, {value(first)}.Count), {loop} => {element})]";
    }

    /// <summary>A latent's value, or the spread values of an array, out of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="site">The latent.</param>
    public string Read(string record, FaceSite site)
    {
        var (text, isList) = (record, false);
        foreach (var scope in model.FaceScopes.Where(s => site.Path == s.Path || site.Path.StartsWith(s.Path + ".", StringComparison.Ordinal)))
        {
            text += $".{Names.Escape(scope.Property)}";
            if (!scope.IsIndexed) continue;
            (text, isList) = ($"{Select}({text}, each => each", true);
        }

        text += $".{Names.Escape(site.Property)}{(site.IsOptional ? "!" : "")}{(isList ? ")" : "")}";
        return site.IsIndexed ? $".. {text}" : text;
    }

    private static string Name(FaceScope scope, bool isGuide) => Names.Escape(isGuide ? scope.Encoder : scope.Property);

    private static string Name(FaceSite site, bool isGuide) => Names.Escape(isGuide ? site.Encoder : site.Property);
}
