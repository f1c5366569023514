using Ppl.Contracts;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Outside the domain of a parameter many a density is finite, and would be trained without a word.</summary>
public sealed class ParameterDomainTests
{
    [Fact]
    public void A_parameter_outside_its_domain_is_refused_before_the_first_step()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Refused("y: Gamma needs concentration > 0 (concentration of the model's distribution); found -5.5", new Negative(), rand(3) + 1);
        Refused(
            "y: HiddenMarkov(Normal) needs transition whose entries sum to 1 (transition of the model's distribution); found 1.2 at [0]",
            new Columns(), randn(3, 4));
        Refused(
            "y: MultivariateNormal needs scaleTril that is 0 above the diagonal (scaleTril of the model's distribution); found 0.9 at [0, 1]",
            new WholeMatrix(), randn(3, 2));
    }

    private static void Refused(string message, GenerativeModel model, Tensor y)
    {
        using var guide = ((IGeneratedModel)model).CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        foreach (var act in new Action[] { () => svi.Step(y), () => svi.Fit([y], steps: 2) })
            Assert.StartsWith(message, Assert.Throws<PplArgumentException>(act).Message, StringComparison.Ordinal);
        Assert.Equal(0, svi.Steps);
    }
}

/// <summary>A shape parameter below 0.</summary>
internal sealed partial class Negative : GenerativeModel
{
    [Model]
    private void Generate(Tensor y)
    {
        using var data = Plate(y);
        var z = Sample(Normal(0, 1));
        Observe(y, Gamma((0 * z) - 5.5, 1));
    }
}

/// <summary>Transitions whose columns sum to 1.</summary>
internal sealed partial class Columns : GenerativeModel
{
    private readonly Tensor transition = tensor(new[,] { { 0.9f, 0.3f }, { 0.1f, 0.7f } });

    [Model]
    private void Generate(Tensor y)
    {
        using var data = Plate(y);
        var z = Sample(Normal(0, 1));
        Observe(y, HiddenMarkov(4, tensor(new[] { 0.5f, 0.5f }), transition, Normal(stack([z, z + 1], -1), 1)));
    }
}

/// <summary>A covariance in the place of its factor.</summary>
internal sealed partial class WholeMatrix : GenerativeModel
{
    private readonly Tensor matrix = tensor(new[,] { { 2, 0.9f }, { 0.9f, 1 } });

    [Model]
    private void Generate(Tensor y)
    {
        using var data = Plate(y);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(y, MultivariateNormal(z, scaleTril: matrix));
    }
}
