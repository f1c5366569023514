using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Eight schools (Rubin 1981; Gelman et al., Bayesian Data Analysis, section 5.5), centred: effects around their common mean.</summary>
public sealed partial class CentredSchools : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor sigma)
    {
        var mu = Sample(Normal(0, 5));
        var tau = Sample(HalfCauchy(5));
        using var school = Plate(y, sigma);
        var theta = Sample(Normal(mu, tau));
        Observe(y, Normal(theta, sigma));
    }
}

/// <summary>The same model, non-centred: standard effects, scaled and moved.</summary>
public sealed partial class NonCentredSchools : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor sigma)
    {
        var mu = Sample(Normal(0, 5));
        var tau = Sample(HalfCauchy(5));
        using var school = Plate(y, sigma);
        var eta = Sample(Normal(0, 1));
        Observe(y, Normal(mu + (tau * eta), sigma));
    }
}
