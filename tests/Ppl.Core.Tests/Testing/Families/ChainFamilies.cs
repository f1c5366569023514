namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families of whole series.</summary>
internal static class ChainFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows = [];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>();
}
