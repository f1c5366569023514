using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Bayesian linear regression under known noise, whose evidence has a closed form: weights and intercept are normal, and y is.</summary>
/// <param name="features">The number of features.</param>
public sealed partial class KnownNoise(int features) : GenerativeModel
{
    /// <summary>The standard deviation of an observation.</summary>
    public const double Noise = 0.5;

    /// <summary>That of the intercept's prior.</summary>
    public const double Spread = 2;

    [Model]
    private void Generate(Tensor y, Tensor x)
    {
        var w = Sample(Normal(0, 1).Expand(features));
        var b = Sample(Normal(0, Spread));
        using var data = Plate(y, x);
        Observe(y, Normal(matmul(x, w) + b, Noise));
    }
}
