using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>What is given to the plate has its rows; what is not is one tensor for all of them.</summary>
public sealed class PlateTests
{
    [Theory]
    [InlineData("Elbo")]
    [InlineData("Iwae")]
    public void A_shared_tensor_trains_as_a_field_of_the_model_does(string objective)
    {
        using var scope = NewDisposeScope();
        Seed(3);
        var loadings = randn(2, 5);
        var given = Bounds(new GivenLoadings(), model => model.CreateGuide(), objective, [loadings, .. Data()]);
        var kept = Bounds(new KeptLoadings(loadings), model => model.CreateGuide(), objective, Data());
        Assert.Equal(kept, given);
    }

    [Fact]
    public void A_shared_tensor_is_the_same_for_every_particle_row_and_slice()
    {
        using var pass = Pass.Prepare(SharedMatrix.Entry);
        var (model, guide) = ((SharedMatrix)pass.Model, (SharedMatrix.Guide)pass.Guide);
        var (loadings, x, c) = (pass.Batch[0], pass.Batch[1], pass.Batch[2]);
        Assert.Equal(["x", "c"], pass.Guide.Plan.Inputs.Where(i => i.IsPlated).Select(i => i.Name));
        Assert.Same(loadings, pass.Batch.Slice(1, 2)[0]);
        Assert.Equal([2, 5], pass.Batch.Slice(1, 2)[1].shape);

        var posterior = guide.Posterior(loadings, x, c, samples: 7);
        var joint = model.LogJoint(posterior, loadings, x, c);
        Assert.Equal([7, 5], joint.shape);
        var one = model.LogJoint(new SharedMatrix.Latents(posterior.top[3], posterior.z[3]), loadings, x, c);
        Assert.True((joint[3] - one).abs().max().item<double>() < 1e-10);
        Assert.Equal([7, 5, 5], model.Predict(posterior, loadings, c).x.Mean.shape);
        Assert.Equal([4, 5], model.Simulate(4, loadings, c.narrow(0, 0, 4)).x.Value.shape);
    }

    [Fact]
    public void A_shared_tensor_with_as_many_rows_as_the_batch_is_none_the_less_shared()
    {
        using var scope = NewDisposeScope();
        using var model = new GivenLoadings();
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(randn(2, 5), randn(2, 5)));
        Assert.Equal([3, 2], guide.Draw(guide.Batch(randn(2, 5), randn(3, 5)), 1).Latents[0].shape);
    }

    [Fact]
    public void A_tensor_used_row_by_row_belongs_to_the_plate()
    {
        using var scope = NewDisposeScope();
        using var model = new Schools();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(8), ones(8))));
        Assert.StartsWith(
            "sigma: shape (8): Schools.Generate takes it row by row, but it is not in the plate, which makes it one tensor for all rows: write Plate(y, sigma). "
            + "With 2 rows in the plate the model fails: ",
            fault.Message,
            StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void A_field_used_row_by_row_is_refused_too()
    {
        using var scope = NewDisposeScope();
        using var model = new SchoolsByField();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(8))));
        Assert.StartsWith(
            "SchoolsByField.Generate runs on 8 rows alone, so that it takes a tensor of its class row by row (logs of shape (8)): the row at a place is "
            + "another one in each batch. Give the tensor to the method and the plate, or pick its rows by an index that is data. "
            + "With 2 rows in the plate the model fails: ",
            fault.Message,
            StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void A_distribution_of_such_a_tensor_alone_is_told_to_be_without_rows()
    {
        using var scope = NewDisposeScope();
        using var model = new Shifted();
        using var guide = model.CreateGuide();
        var batch = guide.Batch(randn(8), ones(8), randn(8));
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(batch));
        Assert.Equal(
            "y: the observed value has shape (8) and Normal has shape (8): in plate 'schools' of 8 rows the event of the value is (), that of the distribution (8). "
            + "Normal depends on nothing in plate 'schools', so its first dimension is no rows: if a parameter of the model in it has a row for each of the plate's, "
            + "give that to the plate.",
            fault.Message);
    }

    /// <summary>One number for all rows has no dimension.</summary>
    [Fact]
    public void A_parameter_of_one_number_is_told_to_have_no_dimension()
    {
        using var scope = NewDisposeScope();
        using var model = new SharedMean();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(8))));
        Assert.Contains("what all rows share has none, so write tensor(0f) and not zeros(1), or squeeze(0)", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Each of three counties would draw three numbers, and a model that sums them would never say so.</summary>
    [Fact]
    public void A_whole_tensor_in_the_place_of_a_plates_data_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new WholeUranium();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(
            () => guide.Prepare(guide.Batch(randn(6), ones(3), arange(6, dtype: ScalarType.Int64).remainder(3))));
        Assert.Equal(
            "alpha: Normal depends on nothing in plate 'county' of size 3, and has shape (3): every element of the plate would draw all of it. If it is "
            + "computed from a tensor with one value for each element, give that to the plate: Plate(size: 3, uranium). If the event is meant, say so: "
            + "Normal(...).Expand(3).",
            fault.Message);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void A_whole_tensor_of_the_class_in_a_complete_plate_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new WholeField();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(6, 3))));
        Assert.Equal(
            "z: Normal depends on nothing in plate 'items' of size 3, and has shape (3): every element of the plate would draw all of it. If it is "
            + "computed from a tensor with one value for each element, give that to the plate: make it a parameter of the model's method, and write it "
            + "into Plate(...). If the event is meant, say so: Normal(...).Expand(3).",
            fault.Message);
        guide.Prepare(guide.Batch(randn(6, 4)));
    }

    [Fact]
    public void An_event_that_is_stated_may_have_the_plates_size()
    {
        using var scope = NewDisposeScope();
        using var model = new StatedEvent();
        Assert.Equal([3, 3], model.Simulate(ones(3)).alpha.shape);
    }

    [Fact]
    public void Data_of_a_plate_by_number_have_that_number()
    {
        using var scope = NewDisposeScope();
        using var model = new Counties();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(6), randn(4), zeros(6, ScalarType.Int64))));
        Assert.Equal(
            "plate 'county' has the number 3, and takes dimension 0 of uranium, of size 4: they must be the same.", fault.Message);
        Assert.Equal(
            "plate 'county' has the number 3, and takes dimension 0 of uranium, of size 4: they must be the same.",
            Assert.Throws<PplShapeException>(() => model.Simulate(6, randn(4), zeros(6, ScalarType.Int64))).Message);
    }

    /// <summary>Data of a complete plate are no rows: a batch has all of them, whatever else it cuts.</summary>
    [Fact]
    public void Mini_batches_leave_data_of_a_complete_plate_whole()
    {
        using var scope = NewDisposeScope();
        using var model = new Counties();
        using var guide = model.CreateGuide();
        using var data = Dataset.From("houses", ("level", randn(6)), ("of", arange(6, dtype: ScalarType.Int64).remainder(3)));
        var uranium = randn(3);
        Assert.Equal([3], guide.Batch(randn(6), uranium, zeros(6, ScalarType.Int64)).Slice(1, 2)[1].shape);
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Fit(data, epochs: 2, batchSize: 2, shared: [uranium]);
        Assert.Equal([2, 3], guide.Posterior(randn(6), uranium, zeros(6, ScalarType.Int64), samples: 2).alpha.shape);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, epochs: 1, batchSize: 2));
        Assert.StartsWith("uranium: Counties.Generate gives it to no plate of rows", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Observed_data_of_a_complete_plate_are_simulated_in_its_number()
    {
        using var scope = NewDisposeScope();
        using var model = new Sensors();
        Assert.Equal([4], model.Simulate().x.Value.shape);
        Assert.Equal([4], Interpretation.Interpreter.Simulate(model, [0])["x"].Value.shape);
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(randn(4)));
        Assert.Equal(1, guide.Draw(guide.Batch(randn(4)), 1).Layout.Scale(guide.Plan.Sites[0]));
        Assert.Equal([], guide.Plan.RowsPlates);
    }

    [Fact]
    public void A_shared_tensor_is_no_column_of_a_data_set()
    {
        using var scope = NewDisposeScope();
        using var model = new GivenLoadings();
        using var guide = model.CreateGuide();
        using var data = Dataset.From("measured", ("loadings", randn(20, 5)), ("x", randn(20, 5)));
        const string message = "loadings: GivenLoadings.Generate gives it to no plate of rows, so it is one tensor for all rows, and the columns of 'measured' have a row "
            + "for each: give it beside the data, shared: [loadings].";
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.Equal(message, Assert.Throws<PplArgumentException>(() => svi.Fit(data, epochs: 1, batchSize: 10)).Message);
        Assert.Equal(message, Assert.Throws<PplArgumentException>(() => Evaluate.NegativeLogLikelihood(model, guide, data, samples: 10)).Message);
    }

    [Fact]
    public void A_checkpoint_knows_the_shape_of_a_shared_tensor()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        Tensor[] data = [randn(2, 5), .. Data()];
        using var model = new GivenLoadings();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: settings);
        svi.Step(data);
        svi.Save(folder.File("shared.ckpt"));
        var next = svi.Step(data).Bound;

        using var other = new GivenLoadings();
        using var otherGuide = other.CreateGuide();
        using var resumed = new Svi(other, otherGuide, Objective.Elbo(), settings: settings);
        resumed.Restore(folder.File("shared.ckpt"));
        Assert.Equal(next, resumed.Step(data).Bound);
    }

    private static Tensor[] Data()
    {
        Seed(4);
        return [randn(6, 5)];
    }

    private static double[] Bounds<TModel>(TModel model, Func<TModel, Guide> create, string objective, Tensor[] data) where TModel : GenerativeModel
    {
        Seed(5);
        using var guide = create(model);
        using var owned = model;
        var bound = objective == "Elbo" ? Objective.Elbo(particles: 3) : Objective.Iwae(particles: 3);
        using var svi = new Svi(model, guide, bound, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        return [.. Enumerable.Range(0, 5).Select(_ => svi.Step(data).Bound)];
    }

    private static void Seed(long seed)
    {
        using var generator = manual_seed(seed);
    }
}

internal sealed partial class GivenLoadings : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter noise = Parameter(zeros(1));

    public GivenLoadings() => RegisterComponents();

    [Model]
    private void Generate(Tensor loadings, Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(matmul(z, loadings), noise.exp()));
    }
}

internal sealed partial class KeptLoadings : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter noise = Parameter(zeros(1));
    private readonly Tensor loadings;

    public KeptLoadings(Tensor loadings)
    {
        this.loadings = loadings;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(matmul(z, loadings), noise.exp()));
    }
}

/// <summary>Eight schools whose known errors were not given to the plate.</summary>
internal sealed partial class Schools : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor sigma)
    {
        using var schools = Plate(y);
        var effect = Sample(Normal(0, 5));
        Observe(y, Normal(effect, sigma));
    }
}

/// <summary>The same with a parameter for each school in a field.</summary>
internal sealed partial class SchoolsByField : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter logs = new(zeros(8), true);

    public SchoolsByField() => RegisterComponents();

    [Model]
    private void Generate(Tensor y)
    {
        using var schools = Plate(y);
        var effect = Sample(Normal(0, 5));
        Observe(y, Normal(effect, logs.exp()));
    }
}

internal sealed partial class Shifted : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor sigma, Tensor x)
    {
        using var schools = Plate(y, x);
        var effect = Sample(Normal(0, 5));
        Observe(x, Normal(effect, 1));
        Observe(y, Normal(0, sigma));
    }
}

/// <summary>One mean for all rows, as a tensor of one element.</summary>
internal sealed partial class SharedMean : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter mean = new(zeros(1));

    public SharedMean() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var rows = Plate(x);
        Observe(x, Normal(mean, 1));
    }
}

/// <summary>Uranium of each county that was not given to the plate; the sum would hide it.</summary>
internal sealed partial class WholeUranium : GenerativeModel
{
    [Model]
    private void Generate(Tensor level, Tensor uranium, Tensor of)
    {
        var slope = Sample(Normal(0, 1));
        var county = Plate(size: 3);
        var alpha = Sample(Normal(slope * uranium, 1), within: county);
        using var house = Plate(level, of);
        Observe(level, Normal(alpha[of].sum(1), 1));
    }
}

internal sealed partial class WholeField : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter mean = new(zeros(3), true);

    public WholeField() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        using var items = Plate(x);
        var z = Sample(Normal(mean, 1));
        Observe(x, Normal(z.sum(2), 1));
    }
}

internal sealed partial class StatedEvent : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor typical)
    {
        var county = Plate(size: 3);
        var alpha = Sample(Normal(typical, 1).Expand(3), within: county);
        Observe(x, Normal(alpha.sum(), 1));
    }
}

internal sealed partial class Counties : GenerativeModel
{
    [Model]
    private void Generate(Tensor level, Tensor uranium, Tensor of)
    {
        var slope = Sample(Normal(0, 1));
        var county = Plate(size: 3, uranium);
        var alpha = Sample(Normal(slope * uranium, 1), within: county);
        using var house = Plate(level, of);
        Observe(level, Normal(alpha[of], 1));
    }
}

internal sealed partial class Sensors : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var sensor = Plate(size: 4, x);
        var z = Sample(Normal(0, 1));
        Observe(x, Normal(z, 1));
    }
}
