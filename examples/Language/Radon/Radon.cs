using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Log levels of radon in houses, whose counties differ (after Gelman and Hill 2007, chapter 12): groups read by index.</summary>
/// <param name="counties">The number of counties.</param>
public sealed partial class Radon(long counties) : GenerativeModel
{
    [Model]
    private void Generate(Tensor level, Tensor floor, Tensor county)
    {
        var mean = Sample(Normal(0, 5));
        var slope = Sample(Normal(0, 2));
        var spread = Sample(HalfNormal(1));
        var noise = Sample(HalfNormal(1));
        var group = Plate(size: counties);
        var alpha = Sample(Normal(mean, spread), within: group);
        using var houses = Plate(level, floor, county);
        Observe(level, Normal(alpha[county] + (slope * floor), noise));
    }
}
