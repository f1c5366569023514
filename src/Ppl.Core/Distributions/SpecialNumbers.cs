namespace Ppl.Distributions;

/// <summary>Constants that <see cref="Math"/> does not have.</summary>
internal static class SpecialNumbers
{
    /// <summary>The Euler–Mascheroni constant γ.</summary>
    public const double Euler = 0.57721566490153286061;
}
