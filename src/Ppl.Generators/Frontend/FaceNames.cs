using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>What users see of a model.</summary>
/// <param name="Sites">Latents and observed parameters.</param>
/// <param name="Scopes">The calls that hold latents, outer ones first.</param>
internal sealed record FaceSpec(EquatableArray<FaceSite> Sites, EquatableArray<FaceScope> Scopes)
{
    /// <summary>Whether a parameter holds what is known of a latent.</summary>
    public bool Holds(VariableSpec parameter) => Sites.Any(f => f.Known == parameter.Name);
}

/// <summary>
/// Names what users see: sites and calls are members of the generated records and of the guide by their own names, with an underscore where C# does
/// not allow one there. A call is a record of its own.
/// </summary>
internal sealed class FaceNames
{
    private readonly Dictionary<string, string> properties = [];
    private readonly Dictionary<string, string> encoders = [];
    private readonly Dictionary<string, string> flat = [];

    public FaceNames(ReadingContext context, IReadOnlyList<FaceSite> sites)
    {
        var paths = sites.SelectMany(s => Above(s.Name)).Distinct().ToList();
        bool IsOfGuide(string name) => GeneratedNames.GuideMembers.Contains(name) || IsInherited(context.Known.Guide, name);
        foreach (var members in sites.Select(s => s.Name).Concat(paths).GroupBy(FaceSite.ParentOf))
        {
            Name([.. members], GeneratedNames.RecordMembers.Contains, properties);
            Name([.. members], members.Key.Length == 0 ? IsOfGuide : GeneratedNames.RecordMembers.Contains, encoders);
        }

        var parameters = context.Method.Parameters.Select(p => p.Name);
        var plain = new HashSet<string>(sites.Select(s => s.Name).Concat(parameters));
        foreach (var site in sites) flat[site.Name] = site.Path.Length == 0 ? site.Name : Free(plain, site.Name.Replace('.', '_'));
        Scopes = Types(context, sites, paths, IsOfGuide).ToEquatable();
    }

    /// <summary>The calls that hold latents, outer ones first.</summary>
    public EquatableArray<FaceScope> Scopes { get; }

    public FaceSite Of(FaceSite site) =>
        site with { Property = properties[site.Name], Encoder = encoders[site.Name], Flat = flat[site.Name] };

    /// <summary>The calls around a site, outermost first.</summary>
    private static IEnumerable<string> Above(string path) =>
        FaceSite.ParentOf(path) is { Length: > 0 } parent ? Above(parent).Append(parent) : [];

    /// <summary>A type for each call, with a name that hides nothing which generated members speak of.</summary>
    private IEnumerable<FaceScope> Types(ReadingContext context, IReadOnlyList<FaceSite> sites, List<string> paths, Func<string, bool> isOfGuide)
    {
        var taken = new HashSet<string>(properties.Values.Concat(encoders.Values).Concat(GeneratedNames.RecordMembers)
            .Concat(GeneratedNames.GuideMembers).Concat(Ir.Types.All.Select(ShortName))
            .Concat(LevelsOf(context.Method.ContainingType).Select(t => t.Name)));
        foreach (var path in paths)
        {
            var name = path.Substring(FaceSite.ParentOf(path) is { Length: > 0 } parent ? parent.Length + 1 : 0);
            var type = Free(taken, char.ToUpperInvariant(name[0]) + name.Substring(1));
            while (isOfGuide(type)) type = Free(taken, type + "_");
            var isIndexed = sites.Any(s => s.Scope == path.Length && s.Name.StartsWith(path + ".", StringComparison.Ordinal));
            yield return new FaceScope(path, isIndexed, type, properties[path], encoders[path]);
        }
    }

    private static string Free(HashSet<string> taken, string wanted)
    {
        var name = wanted;
        while (!taken.Add(name)) name += "_";
        return name;
    }

    private static string ShortName(string marked) => marked.Substring(marked.LastIndexOf('.') + 1);

    private static IEnumerable<INamedTypeSymbol> LevelsOf(INamedTypeSymbol? type)
    {
        for (var level = type; level is not null; level = level.ContainingType) yield return level;
    }

    /// <summary>For each a member's name: its own, or one with an underscore where that is not free.</summary>
    private static void Name(List<string> members, Func<string, bool> isTaken, Dictionary<string, string> names)
    {
        var own = members.ToDictionary(m => m, m => m.Substring(m.LastIndexOf('.') + 1));
        var used = new HashSet<string>(own.Values.Where(n => !isTaken(n)));
        foreach (var (path, name) in own.Select(m => (m.Key, m.Value)))
        {
            var member = name;
            if (isTaken(name))
            {
                member += "_";
                while (isTaken(member) || own.ContainsValue(member) || used.Contains(member)) member += "_";
                used.Add(member);
            }

            names[path] = member;
        }
    }

    private static bool IsInherited(INamedTypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (current.GetMembers(name)
                .Any(m => m.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
                    or Accessibility.ProtectedOrInternal)) return true;
        return false;
    }
}
