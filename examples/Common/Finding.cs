using System.Globalization;
using System.Text.Json.Serialization;

namespace Ppl.Examples;

/// <summary>A number that a program found, with the claim about it and what it is compared with.</summary>
/// <param name="Quantity">What it is, with its unit.</param>
/// <param name="Found">What came.</param>
/// <param name="Least">What it should be at least; null where nothing is claimed.</param>
/// <param name="Most">What it should be at most; null where nothing is claimed.</param>
public sealed record Finding(string Quantity, double Found, double? Least = null, double? Most = null)
{
    /// <summary>A published, exact or otherwise known number to look at beside it.</summary>
    public double? Reference { get; init; }

    /// <summary>Where the reference is from.</summary>
    public string? Source { get; init; }

    /// <summary>What came with other seeds, in their order; null where there was one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? OfOtherSeeds { get; init; }

    /// <summary>Whether the claim did not hold with another seed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBrokenByOtherSeed { get; init; }

    /// <summary>Whether the claim holds, with each seed.</summary>
    [JsonIgnore]
    public bool Holds => !(Found < Least) && !(Found > Most) && double.IsFinite(Found) && !IsBrokenByOtherSeed;

    /// <summary>What came: <c>0.1234 (0.1230, 0.1241)</c> with other seeds.</summary>
    [JsonIgnore]
    public string FoundText => OfOtherSeeds is null ? Text(Found) : $"{Text(Found)} ({string.Join(", ", OfOtherSeeds.Select(found => Text(found)))})";

    /// <summary>The finding beside those of runs with other seeds. A claim is each run's own: its bounds may follow from its other numbers.</summary>
    /// <param name="others">Findings of the same quantity.</param>
    public Finding Beside(IReadOnlyList<Finding> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count == 0) return this;
        return this with { OfOtherSeeds = [.. others.Select(other => other.Found)], IsBrokenByOtherSeed = others.Any(other => !other.Holds) };
    }

    /// <summary>What is claimed, in words; empty where nothing is.</summary>
    [JsonIgnore]
    public string Claim => string.Join(", ", new[] { Bound("at least", Least), Bound("at most", Most) }.Where(text => text is not null));

    /// <summary>A number with the digits that say something: a count's, four decimals, two of what is large, or two digits of what is tiny.</summary>
    /// <param name="number">The number; null for none.</param>
    public static string Text(double? number) => number switch
    {
        null => "",
        0 => "0",
        { } tiny when Math.Abs(tiny) < 1e-3 => tiny.ToString("0.0E0", CultureInfo.InvariantCulture),
        { } whole when double.IsInteger(whole) => whole.ToString("F0", CultureInfo.InvariantCulture),
        { } other => other.ToString(Math.Abs(other) < 10 ? "F4" : "F2", CultureInfo.InvariantCulture),
    };

    /// <summary>The quantity, the number and the claim.</summary>
    public override string ToString() =>
        $"{Quantity}: {FoundText}{(Claim.Length == 0 ? "" : $", {Claim}")}{(Holds ? "" : ": NO")}";

    private static string? Bound(string words, double? bound) => bound is null ? null : $"{words} {Text(bound)}";
}
