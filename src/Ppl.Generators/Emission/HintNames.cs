using System.Globalization;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>The names of the generated files, which must differ by more than the case of their letters.</summary>
internal static class HintNames
{
    /// <summary>The names that another one differs from in case alone, sorted.</summary>
    public static EquatableArray<string> Alike(IEnumerable<string> names) => names.Distinct().GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Count() > 1).SelectMany(group => group).OrderBy(name => name, StringComparer.Ordinal).ToEquatable();

    /// <summary>The name itself; among names that are alike, one with the places of its capital letters.</summary>
    public static string Distinct(string name, EquatableArray<string> alike)
    {
        if (!alike.Contains(name)) return name;
        var capitals = Enumerable.Range(0, name.Length).Where(place => char.IsUpper(name[place]))
            .Select(place => place.ToString(CultureInfo.InvariantCulture));
        return $"{name.Substring(0, name.Length - Extension.Length)}-{string.Join("-", capitals)}{Extension}";
    }

    private const string Extension = ".g.cs";
}
