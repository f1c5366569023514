using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

/// <summary>A guide narrower than the rounding between the reals and the latent's support: what it draws has still its own density.</summary>
public sealed class NarrowGuideTests : IDisposable
{
    private readonly Bounded model = new();
    private readonly Bounded.Guide guide;
    private readonly Dataset data = Dataset.From(tensor(new double[] { 0, 1, 3 }));

    public NarrowGuideTests() => guide = model.CreateGuide();

    public void Dispose()
    {
        (data as IDisposable)?.Dispose();
        guide.Dispose();
        model.Dispose();
    }

    /// <summary>
    /// All chains stand within e⁻⁶⁰ of one place, and go nowhere else. At one temperature the estimate is that of importance sampling, and at more it
    /// lies between that and log p(x).
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    public void Annealing_begins_with_the_weights_of_the_draws(int temperatures)
    {
        Narrow(-60);
        var annealing = new AnnealingOptions { Chains = 40, Temperatures = temperatures, Start = AnnealingStart.Guide };
        var sampled = Evaluate.NegativeLogLikelihood(model, guide, data, 40).PerDatum;
        var annealed = Evaluate.AnnealedLikelihood(model, guide, data, annealing).Estimate.PerDatum;
        var exact = Evidence();
        for (var i = 0; i < 3; i++)
        {
            Assert.InRange(sampled[i], 50, 70);
            if (temperatures == 1) Assert.Equal(sampled[i], annealed[i], 9);
            Assert.InRange(annealed[i], -exact[i] - 1, sampled[i] + 3);
        }
    }

    [Fact]
    public void A_weight_that_is_no_number_names_row_and_site()
    {
        Narrow(-800);
        Action[] measures =
        [
            () => Evaluate.NegativeLogLikelihood(model, guide, data, 200),
            () => Evaluate.ParetoShape(model, guide, data, 200),
            () => Evaluate.AnnealedLikelihood(model, guide, data, new() { Chains = 3, Temperatures = 3, Start = AnnealingStart.Guide }),
        ];
        foreach (var measure in measures)
        {
            Assert.Equal(
                "row 0: the weight p(x, z) / q(z given x) of a draw is no number. z: Normal needs scale > 0 (scale of the guide's "
                + "distribution); found 0 at [0]",
                Assert.Throws<NonFiniteException>(measure).Message);
        }
    }

    [Fact]
    public void A_tail_without_a_shape_is_not_to_be_trusted() =>
        Assert.Equal(0.75, new ParetoShape([0.1, double.NaN, 0.8, double.PositiveInfinity], 100).Unreliable);

    /// <summary>Every row has the same place, and the scale exp(logarithm).</summary>
    private void Narrow(double logarithm)
    {
        Evaluate.NegativeLogLikelihood(model, guide, data, 2);
        using var grad = no_grad();
        foreach (var (name, parameter) in guide.named_parameters())
        {
            parameter.zero_();
            if (name.EndsWith("head.linear.bias", StringComparison.Ordinal)) parameter.copy_(tensor(new[] { 1.3, logarithm }));
        }
    }

    /// <summary>log (1/3) ∫ N(x; z, 1/2) dz over −1 to 2.</summary>
    private static double[] Evidence()
    {
        using var x = tensor(new double[] { 0, 1, 3 });
        using var mass = 0.5 * (special.erf((2 - x) * Math.Sqrt(2)) - special.erf((-1 - x) * Math.Sqrt(2))) / 3;
        return mass.log().data<double>().ToArray();
    }
}
