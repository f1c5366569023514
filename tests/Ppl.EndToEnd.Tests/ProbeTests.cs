using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>What training finds by trying, for models and batches in which little is reached.</summary>
public sealed class ProbeTests
{
    /// <summary>The latents of a run are fewer than the model's: each is judged by its own name.</summary>
    [Fact]
    public void A_model_trains_whose_first_latent_is_not_reached()
    {
        using var scope = NewDisposeScope();
        using var model = new FirstArm(single: false);
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo());
        Assert.True(double.IsFinite(svi.Step(randn(5, 2)).Bound));
    }

    [Fact]
    public void Rows_that_mix_are_found_after_a_first_batch_of_one_row()
    {
        using var scope = NewDisposeScope();
        using var model = new CentredRows();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo());
        svi.Step(randn(1, 2));
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(randn(5, 2)));
        Assert.StartsWith("x: its density in one row of plate 'data' moves with the values of another", fault.Message, StringComparison.Ordinal);
    }
}

/// <summary>The latent of the arm that is not taken comes before those of the other.</summary>
public sealed partial class FirstArm : GenerativeModel
{
    private readonly bool single;

    public FirstArm(bool single) => this.single = single;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        if (single)
        {
            var mean = Sample(Normal(0, 2).Expand(2));
            Observe(x, Normal(mean, 1));
        }
        else
        {
            var top = Sample(Normal(0, 1).Expand(2));
            var bottom = Sample(Normal(top, 1));
            Observe(x, Normal(bottom, 0.5));
        }
    }
}

/// <summary>Each row is measured from the mean of all.</summary>
public sealed partial class CentredRows : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(z - z.mean([0]), 1));
    }
}
