using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// The generated records as a tree: latents, and for each call of a submodel a record of its own, <c>latents.a.z</c>, or a list of them where the
/// elements of an array receive the results, <c>latents.a[i].z</c>.
/// </summary>
internal sealed class FaceTree(ModelSpec model)
{
    private const string Select = "global::System.Linq.Enumerable.Select";
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
        ", ", Members(path).Select(m => m.Scope is { } scope ? $"{ScopeType(scope, owner)} {Name(scope, isGuide)}"
            : type(m.Site!) is { } own ? $"{own} {Name(m.Site!, isGuide)}" : "").Where(p => p.Length > 0));

    public static string ScopeType(FaceScope scope, string owner) =>
        scope.IsIndexed ? $"{Types.List}<{owner}{scope.Type}>" : owner + scope.Type;

    /// <summary>The values of a record's members.</summary>
    /// <param name="path">The call that the record is of.</param>
    /// <param name="value">The value of a site; null for one that the record has not.</param>
    /// <param name="owner">The type around the calls' types, with a dot.</param>
    /// <param name="loop">What the position in a list may be called.</param>
    /// <param name="position">The position in the list that the record stands in; empty outside of lists.</param>
    public string Values(string path, Func<FaceSite, string?> value, string owner, string loop, string position = "") => string.Join(
        ", ", Members(path).Select(m => m.Scope is { } scope ? Value(scope, value, owner, loop, position)
            : value(m.Site!) is { } own ? own + (position.Length > 0 ? $"[{position}]" : "") : "").Where(v => v.Length > 0));

    /// <summary>The value of a call's record, or of the list of them.</summary>
    public string Value(FaceScope scope, Func<FaceSite, string?> value, string owner, string loop, string position)
    {
        if (!scope.IsIndexed) return $"new {owner}{scope.Type}({Values(scope.Path, value, owner, loop, position)})";
        var first = model.Face.First(f => Below(scope.Parent, f.Path) == scope);
        var element = $"new {owner}{scope.Type}({Values(scope.Path, value, owner, loop, loop)})";
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
