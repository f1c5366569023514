using Ppl.Inference;
using TorchSharp;

namespace MyModel.Tests;

public sealed class RingTests
{
    [Fact]
    public void Training_raises_the_bound()
    {
        torch.manual_seed(0);
        var data = RingData.Draw(500, seed: 1);
        var model = new Ring();
        var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fit = svi.Fit(data, epochs: 5, batchSize: 50);
        Assert.True(fit.Epochs[^1].Training.Bound > fit.Epochs[0].Training.Bound + 1);
    }

    [Fact]
    public void A_simulated_point_has_two_coordinates()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal([7, 2], new Ring().Simulate(7).x.Value.shape);
    }
}
