namespace Ppl.Examples.Language;

/// <summary>A number that a program found, beside the one that it should be.</summary>
/// <param name="Quantity">What it is.</param>
/// <param name="Found">What came.</param>
/// <param name="Reference">What should come; null where there is nothing to compare with.</param>
/// <param name="Margin">How far apart they may be; null where nothing is claimed.</param>
public sealed record Measured(string Quantity, double Found, double? Reference = null, double? Margin = null)
{
    /// <summary>Whether the claim holds; null where nothing is claimed.</summary>
    public bool? Holds => Reference is { } reference && Margin is { } margin ? Math.Abs(Found - reference) <= margin : null;
}
