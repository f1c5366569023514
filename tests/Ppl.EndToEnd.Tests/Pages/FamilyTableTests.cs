using System.Reflection;
using Ppl.Distributions;
using Ppl.Divergences;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>The tables of docs/distributions.md are what the families declare.</summary>
public sealed class FamilyTableTests
{
    private const string Page = "docs/distributions.md";

    private static readonly Type[] Families =
    [
        .. typeof(Distribution).Assembly.GetExportedTypes().Where(t => t.IsDefined(typeof(FamilyAttribute), inherit: false))
            .OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    [Fact]
    public void Families_are_listed_with_their_parameters() => Assert.Equal(Families.Select(Row), Rows("| Family |"));

    [Fact]
    public void Constructors_are_listed_with_their_parameters_in_order() => Assert.Equal(
        Families.SelectMany(family => family.GetConstructors()).Select(c => $"| `{Call(c)}` |"), Rows("| In this order |"));

    [Fact]
    public void Closed_forms_are_listed() => Assert.Equal(
        from method in typeof(Divergence).GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.IsDefined(typeof(ClosedFormKlAttribute))
        let pair = method.GetParameters()
        group pair[1].ParameterType.Name by pair[0].ParameterType.Name into forms
        orderby forms.Key
        select $"| {forms.Key} | {string.Join(", ", forms.Order(StringComparer.Ordinal))} |",
        Rows("| q |"));

    private static string Row(Type family)
    {
        var attribute = family.GetCustomAttribute<FamilyAttribute>()!;
        var parameters = Declared(family).Select(declared => $"{declared}{(declared.Default is { } number ? $" ({number})" : "")}");
        var draws = attribute.Support == Support.Inherited ? "as its base" : attribute.Reparameterized ? "pathwise" : "no gradient";
        return $"| {family.Name} | {string.Join("; ", parameters)} | {attribute.Support} | {draws} |";
    }

    private static object Written(object? value) => value switch
    {
        null => "none",
        bool yes => yes ? "true" : "false",
        _ => value,
    };

    private static IEnumerable<ParameterDeclaration> Declared(Type family) =>
        from level in Levels(family)
        from field in level.GetFields(BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(ParameterDeclaration)
        select (ParameterDeclaration)field.GetValue(null)!;

    /// <summary>A constructor as a call: each parameter's name, with what it is when it is not given; nothing where a base says.</summary>
    private static string Call(ConstructorInfo constructor)
    {
        var declared = Declared(constructor.DeclaringType!).GroupBy(d => d.Name).ToDictionary(g => g.Key, g => g.First().Default);
        var parameters = constructor.GetParameters().Select(p => !p.HasDefaultValue ? p.Name!
            : FormattableString.Invariant($"{p.Name} = {declared.GetValueOrDefault(p.Name!) ?? Written(p.DefaultValue)}"));
        return $"{constructor.DeclaringType!.Name}({string.Join(", ", parameters)})";
    }

    /// <summary>The class and its bases, which may declare parameters that several families share.</summary>
    private static IEnumerable<Type> Levels(Type family)
    {
        for (Type? level = family; level is not null; level = level.BaseType) yield return level;
    }

    /// <summary>The lines of the table that begins so.</summary>
    private static IEnumerable<string> Rows(string head) => Repository.Read(Page).Split('\n')
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));
}
