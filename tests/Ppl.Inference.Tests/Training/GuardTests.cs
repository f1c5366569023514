using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Bad data and bad numbers: each is stopped, with a message that names the place.</summary>
public sealed class GuardTests
{
    [Fact]
    public void Too_many_columns_are_named_with_the_models_parameters()
    {
        using var run = new Run();
        using var data = Dataset.From("pairs", ("x", run.Values), ("y", run.Values));
        var fault = Assert.Throws<PplArgumentException>(() => run.Svi.Fit(data, 1, 16));
        Assert.Contains("LinearGaussian.Generate(x)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'pairs' has 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_the_wrong_shape_is_refused_at_its_site()
    {
        using var run = new Run();
        using var narrow = run.Values.narrow(1, 0, 4);
        using var data = Dataset.From(narrow);
        var fault = Assert.Throws<PplShapeException>(() => run.Svi.Fit(data, 1, 16));
        Assert.Equal("x", fault.Site);
    }

    [Fact]
    public void Nan_in_the_data_is_found_before_training_with_its_row()
    {
        using var run = new Run();
        using var bad = run.Values.clone();
        bad[37, 2] = double.NaN;
        using var data = Dataset.From(bad);
        var before = Fresh(run);
        var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Fit(data, 1, 16));
        Assert.Equal("x", fault.Site);
        Assert.Contains("[37, 2]", fault.Message, StringComparison.Ordinal);
        Assert.Contains("column 'x'", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Fresh(run));
    }

    [Fact]
    public void A_value_outside_the_support_is_found_before_training_with_its_row()
    {
        using var scope = NewDisposeScope();
        using var model = new EndToEnd.SmallVae();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var grey = zeros(5000, 64);
        grey[4321, 7] = 0.25;
        using var data = Dataset.From("pixels", ("x", grey));
        var fault = Assert.Throws<PplSupportException>(() => svi.Fit(data, 1, 16));
        Assert.Equal("x: data 'pixels', column 'x': Bernoulli needs 0 or 1; found 0.25 at [4321, 7]; "
            + "binarize the data, or choose a family for real values, such as Normal", fault.Message);
    }

    [Fact]
    public void Training_without_gradients_is_refused_with_the_reason()
    {
        using var run = new Run();
        run.Fit(1);
        using (TorchSharp.torch.no_grad())
            Assert.Contains("no_grad()", Assert.Throws<PplArgumentException>(() => run.Fit(1)).Message, StringComparison.Ordinal);
        foreach (var parameter in run.Model.parameters().Concat(run.Guide.parameters())) parameter.requires_grad = false;
        Assert.StartsWith("nothing is trained", Assert.Throws<PplArgumentException>(() => run.Fit(1)).Message, StringComparison.Ordinal);
        Assert.Equal(4, run.Svi.Steps);
    }

    [Fact]
    public void An_optimizer_that_needs_a_loss_without_noise_is_refused()
    {
        using var run = new Run();
        using var svi = new Svi(run.Model, run.Guide, Objective.Elbo(), p => optim.LBFGS(p), new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.Contains("LBFGS", Assert.Throws<PplArgumentException>(() => svi.Step(run.Values)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_is_not_finite_stops_before_the_update_and_names_step_and_site()
    {
        using var run = new Run();
        run.Fit(1);
        using (no_grad())
        {
            run.Model.LogNoise.fill_(-1000);
        }

        var before = run.Parameters();
        var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Step(run.Values));
        Assert.Equal("x", fault.Site);
        Assert.Contains("step 5", fault.Message, StringComparison.Ordinal);
        Assert.Contains("scale", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, run.Parameters());
        Assert.Equal(4, run.Svi.Steps);
    }

    [Fact]
    public void A_parameter_that_an_update_broke_is_named()
    {
        using var run = new Run();
        run.Fit(1);
        using (no_grad())
        {
            run.Model.Decoder.bias![3] = double.PositiveInfinity;
        }

        var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Step(run.Values));
        Assert.Contains("'decoder.bias' of the model", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_good_checkpoint_is_kept_when_a_fit_breaks()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("good.ckpt");
        using var run = new Run();
        run.Fit(1, new FitOptions { Checkpoint = path });
        var good = File.ReadAllBytes(path);
        using (no_grad())
        {
            run.Model.LogNoise.fill_(-1000);
        }

        var fault = Assert.Throws<NonFiniteException>(() => run.Fit(1, new FitOptions { Checkpoint = path }));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(path));
    }

    private static double[] Fresh(Run run) => [.. run.Model.parameters().SelectMany(p => p.detach().data<double>().ToArray())];
}
