using Ppl.Data;
using Ppl.Inference.Checkpoints;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>A first batch that does not fit leaves nothing behind: the next one sizes the guide.</summary>
public sealed class PreparationTests : IDisposable
{
    private readonly Run run = new();
    private readonly Tensor narrow;

    public PreparationTests() => narrow = run.Values.narrow(1, 0, 4);

    public void Dispose()
    {
        narrow.Dispose();
        run.Dispose();
    }

    [Fact]
    public void After_a_fit_that_failed_on_shapes()
    {
        using var data = Dataset.From(narrow);
        Assert.Throws<PplShapeException>(() => run.Svi.Fit(data, 1, 16));
        NothingIsSized();
    }

    [Fact]
    public void After_a_fit_whose_held_out_set_failed_on_shapes()
    {
        using var data = Dataset.From(narrow);
        Assert.Throws<PplShapeException>(() => run.Svi.Fit(run.Data, 1, 16, heldOut: data));
        NothingIsSized();
    }

    [Fact]
    public void After_a_fit_that_failed_on_values()
    {
        using var bad = run.Values.clone();
        bad[37, 2] = double.NaN;
        using var data = Dataset.From(bad);
        Assert.Throws<NonFiniteException>(() => run.Svi.Fit(data, 1, 16));
        NothingIsSized();
    }

    [Fact]
    public void After_a_step_that_failed_on_shapes()
    {
        Assert.Throws<PplShapeException>(() => run.Svi.Step(narrow));
        NothingIsSized();
    }

    [Fact]
    public void After_an_evaluation_that_failed_on_shapes()
    {
        using var data = Dataset.From(narrow);
        Assert.Throws<PplShapeException>(() => Evaluate.Bound(run.Model, run.Guide, data));
        Assert.Throws<PplShapeException>(() => run.Svi.Evaluate(data));
        Assert.Throws<PplShapeException>(() => Evaluate.Reconstructions(run.Model, run.Guide, [narrow]));
        NothingIsSized();
    }

    [Fact]
    public void After_a_checkpoint_of_another_guide()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.ckpt");
        using (var model = new Replaceable())
        using (var guide = model.CreateGuide(z: nn.Linear(5, 8, dtype: ScalarType.Float64)))
        using (var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet))
        {
            svi.Fit(run.Data, 1, 16);
            svi.Save(path);
        }

        using var other = new Replaceable();
        using var narrower = other.CreateGuide(z: nn.Linear(5, 6, dtype: ScalarType.Float64));
        using var resumed = new Svi(other, narrower, Objective.Elbo(), settings: Quiet);
        Assert.Throws<CheckpointException>(() => resumed.Restore(path));
        Assert.False(narrower.IsPrepared);
        Assert.Equal(2, narrower.parameters().Count());
        resumed.Fit(run.Data, 1, 16);
        Assert.Equal(4, narrower.parameters().Count());
    }

    [Fact]
    public void When_one_of_several_encoders_does_not_run()
    {
        using var model = new SmallHierarchy(ScalarType.Float64);

        // The encoder of h1 is sized first; that of h2 fails, whose network takes 5 numbers of the 4 that h1 has.
        using var guide = model.CreateGuide(h2: nn.Linear(5, 3, dtype: ScalarType.Float64));
        using var pixels = zeros(7, 64, dtype: ScalarType.Float64);
        Assert.ThrowsAny<Exception>(() => guide.Prepare(guide.Batch(pixels)));
        Assert.False(guide.IsPrepared);
        Assert.False(guide.h1.IsPrepared);
        Assert.Equal(2, guide.parameters().Count());
    }

    private static SviSettings Quiet => new() { Reporter = ITrainingReporter.Quiet };

    private void NothingIsSized()
    {
        Assert.False(run.Guide.IsPrepared);
        Assert.Empty(run.Guide.parameters());
        using var fresh = new Run();
        fresh.Fit(2);
        run.Fit(2);
        Assert.Equal(fresh.Parameters(), run.Parameters());
    }
}
