using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Houses that the program draws itself, from numbers that it then looks for; some counties have many houses, some one or two.</summary>
public sealed record RadonData(Tensor Level, Tensor Floor, Tensor County, Tensor Alpha)
{
    public const double Mean = 1.5;
    public const double Slope = -0.7;
    public const double Spread = 0.4;
    public const double Noise = 0.75;

    /// <summary>The model's parameters in their order.</summary>
    public IReadOnlyList<Tensor> Tensors => [Level, Floor, County];

    /// <summary>Draws houses; torch's generator is the caller's to seed.</summary>
    public static RadonData Draw(int houses, int counties)
    {
        // Squares of uniform draws crowd in the first counties; every county has a house.
        var extra = (rand(houses - counties, float64).square() * counties).floor().to(ScalarType.Int64);
        var county = cat([arange(counties), extra]);
        var floor = rand(houses, float64).lt(0.2).to(ScalarType.Float64);
        var alpha = Mean + (Spread * randn(counties, float64));
        var level = alpha[county] + (Slope * floor) + (Noise * randn(houses, float64));
        return new(level, floor, county, alpha);
    }
}
