namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families over positive numbers, bounded intervals and the circle.</summary>
internal static class PositiveFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows = [];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>();
}
