namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families over all real numbers, and those cut from them.</summary>
internal static class LineFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows = [];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>();
}
