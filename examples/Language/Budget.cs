namespace Ppl.Examples.Language;

/// <summary>What every program of this folder is given.</summary>
/// <param name="Seed">The seed of data, initial weights, batches and noise.</param>
/// <param name="IsShort">Whether a few seconds are all there is: fewer steps, less data. The claims that such a run makes are its own.</param>
/// <param name="DataFolder">The data sets' folder; null for the library's default.</param>
public sealed record Budget(long Seed = 0, bool IsShort = false, string? DataFolder = null)
{
    /// <summary>One number or the other.</summary>
    /// <param name="whole">Of a whole run.</param>
    /// <param name="shortened">Of a short one.</param>
    public int Of(int whole, int shortened) => IsShort ? shortened : whole;
}
