using Ppl.Contracts;
using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>
/// What each structure of a guide can reach, on z2 ~ N(0, 1), z1 ~ N(z2, 1), x ~ N(z1, 1), whose posterior is normal with the precision
/// [[2, −1], [−1, 2]]: both orders of exact factors reach log p(x), and independent factors stay ½ log(2·2 / 3) below it.
/// </summary>
public sealed class GuideStructureTests
{
    private static readonly double Gap = 0.5 * Math.Log(4.0 / 3);

    [Fact]
    public void The_faithful_inverse_reaches_the_evidence() => Reaches(
        new UpwardChain(), model => model.CreateGuide(z2: Identity(), z1: Identity()), "z1 <- x; z2 <- z1", 0);

    [Fact]
    public void A_top_down_guide_reaches_the_evidence() => Reaches(
        new TopDownChain(), model => model.CreateGuide(z2: Identity(), z1: Identity()), "z2 <- x; z1 <- x, z2", 0);

    [Fact]
    public void Mean_field_stays_below_the_evidence_by_the_correlation() => Reaches(
        new MeanFieldChain(), model => model.CreateGuide(z2: Identity(), z1: Identity()), "z2 <- x; z1 <- x", Gap);

    [Fact]
    public void Independent_factors_outside_the_rows_are_drawn_in_the_models_order()
    {
        using var scope = NewDisposeScope();
        using var model = new MeanFieldSums();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(2), parameters => optim.Adam(parameters), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Step([zeros(5)]);
        Assert.Equal(["parts", "total"], guide.Steps.Select(step => step.Latent));
    }

    /// <summary>Trains linear encoders, which hold the exact factors, on 512 rows; the bound is the mean over 400 draws of each, whose standard error is below 0.002.</summary>
    private static void Reaches<TModel>(TModel model, Func<TModel, Guide> create, string steps, double gap)
        where TModel : GenerativeModel, IGeneratedModel
    {
        using var scope = NewDisposeScope();
        using (manual_seed(11))
        {
        }

        var x = Math.Sqrt(3) * randn(512, 1, dtype: ScalarType.Float64);
        using var data = Dataset.From("x", ("x", x));
        using var guide = create(model);
        Assert.Equal(steps, string.Join("; ", guide.Steps.Select(step => $"{step.Latent} <- {string.Join(", ", step.Inputs)}")));
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => optim.Adam(parameters, lr: 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Fit(data, epochs: 150, batchSize: 64);
        svi.Fit(data, epochs: 50, batchSize: 512);
        var evidence = (-0.5 * (x.square() / 3 + Math.Log(2 * Math.PI * 3))).mean().item<double>();
        var bound = Evaluate.Bound(model, guide, data, Objective.Elbo(400)).Bound;
        Assert.True(Math.Abs(evidence - gap - bound) < 0.01, $"{bound:F4}, and {evidence:F4} is the evidence: {evidence - bound:F4} below, not {gap:F4}");
    }
}

/// <summary>The chain with the default guide.</summary>
internal sealed partial class UpwardChain : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z2 = Sample(Normal(0, 1).Expand(1));
        var z1 = Sample(Normal(z2, 1));
        Observe(x, Normal(z1, 1));
    }
}

/// <summary>The chain with a guide in the model's order.</summary>
internal sealed partial class TopDownChain : GenerativeModel
{
    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z2 = Sample(Normal(0, 1).Expand(1));
        var z1 = Sample(Normal(z2, 1));
        Observe(x, Normal(z1, 1));
    }
}

/// <summary>The chain with a guide of independent factors.</summary>
internal sealed partial class MeanFieldChain : GenerativeModel
{
    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z2 = Sample(Normal(0, 1).Expand(1));
        var z1 = Sample(Normal(z2, 1));
        Observe(x, Normal(z1, 1));
    }
}

internal sealed partial class MeanFieldSums : GenerativeModel
{
    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x)
    {
        var part = Plate(size: 4);
        var parts = Sample(Normal(0, 1), within: part);
        var total = Sample(Normal(parts.sum(-1), 1));
        using var data = Plate(x);
        Observe(x, Normal(total, 0.5));
    }
}
