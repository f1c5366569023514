namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families of vectors and matrices.</summary>
internal static class VectorFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows = [];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>();
}
