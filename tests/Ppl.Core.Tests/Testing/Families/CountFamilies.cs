namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families of counts, categories and what is made of them.</summary>
internal static class CountFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows = [];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>();
}
