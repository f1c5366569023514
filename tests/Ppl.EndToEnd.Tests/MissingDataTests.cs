using Ppl.Contracts;
using Ppl.Data;
using Ppl.Distributions;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Data that a mask leaves out count nothing: neither their values nor their gradients.</summary>
public sealed class MissingDataTests
{
    /// <summary>The bound is that of the data that are there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_masked_bound_is_that_of_the_rows_that_are_there(int particles)
    {
        using var pass = Pass.Prepare(Models.Get("Surveys"), rows: 6);
        var present = pass.Batch["present"].nonzero().flatten();
        var draws = pass.Guide.Draw(pass.Batch, particles);
        var term = pass.Guide.Terms(draws, TermForm.Sampled).Single(t => t.Site.Name == "y");
        var some = pass.Guide.Batch([.. pass.Batch.Tensors.Select(t => t.index_select(0, present))]);
        var rows = draws.Layout.Rows(term.Site.Plates[0]);
        Tensor[] chosen = [.. draws.Latents.Select(z => rows.Unfold(z).index_select(1, present).flatten(0, 1))];
        var alone = pass.Guide.Terms(pass.Guide.Condition(pass.Guide.Draw(some, particles), chosen), TermForm.Sampled).Single(t => t.Site.Name == "y");

        Assert.InRange(present.shape[0], 1, 5);
        Assert.Equal(0, term.LogP!.masked_select(pass.Batch["present"].eq(0).expand(term.LogP.shape)).abs().sum().item<double>());
        Assert.True((term.LogP.index_select(1, present) - alone.LogP!).abs().max().item<double>() < 1e-12);
        var (gradient, expected) = (pass.Gradient(term.LogP.sum()), pass.Gradient(alone.LogP!.sum()));
        Assert.True((gradient - expected).abs().max().item<double>() < 1e-10 * expected.abs().max().item<double>());
    }

    /// <summary>What stands in the place of missing data is never looked at, by the model or by the guide.</summary>
    [Theory]
    [InlineData("Surveys")]
    [InlineData("Gaps")]
    [InlineData("Weather")]
    [InlineData("Gauges")]
    [InlineData("Unequal")]
    public void What_stands_in_for_missing_data_does_not_matter(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 6);
        var found = new List<(double Bound, Tensor Gradient)>();
        foreach (var stand in new[] { double.NaN, double.NegativeInfinity, -7, 1e30 })
        {
            var batch = pass.Guide.Batch([.. pass.Batch.Tensors.Select(t => t.is_floating_point() ? t.masked_fill(t.isnan(), stand) : t)]);
            using (manual_seed(9))
            {
            }

            var bound = ParityTests.Bound(pass.Guide.Terms(pass.Guide.Draw(batch, 3), TermForm.ClosedFormWhereLegal));
            found.Add((bound.item<double>(), pass.Gradient(bound)));
        }

        Assert.True(double.IsFinite(found[0].Bound));
        Assert.True(found[0].Gradient.isfinite().all().ToBoolean());
        Assert.All(found, other => Assert.Equal(found[0].Bound, other.Bound));
        Assert.All(found, other => Assert.Equal(0, (found[0].Gradient - other.Gradient).abs().max().item<double>()));
    }

    /// <summary>A row whose datum is 0 and one whose datum is missing look alike to nobody.</summary>
    [Theory]
    [InlineData("Blanks", 0)]
    [InlineData("Blanks", 1)]
    [InlineData("Blanks", 2)]
    [InlineData("Gauges", 0)]
    [InlineData("Unequal", 0)]
    public void Zero_and_missing_are_told_apart_by_encoders(string name, int data)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 2);
        var tensors = pass.Batch.Tensors.Select(t => t.nan_to_num(0.25).clone()).ToArray();
        if (name == "Unequal") tensors[1] = full_like(tensors[1], 4);
        if (name == "Gauges") tensors[1] = ones_like(tensors[1]);
        for (var i = 0; i < tensors.Length; i++) tensors[i] = tensors[i][..1].expand_as(tensors[i]).clone();
        tensors[data] = zeros_like(tensors[data]);
        var same = Latents(tensors);
        if (name == "Unequal") tensors[1][1] = 3;
        else if (name == "Gauges") tensors[1][1] = false;
        else tensors[data][1] = double.NaN;
        var missing = Latents(tensors);
        Assert.All(same, q => Assert.Equal(0, (q[0] - q[1]).abs().max().item<double>()));
        Assert.Contains(missing, q => (q[0] - q[1]).abs().max().item<double>() > 1e-6);
        Assert.All(missing, q => Assert.True(q.isfinite().all().ToBoolean()));

        List<Tensor> Latents(Tensor[] tensors) => [.. pass.Guide.Condition(
            pass.Guide.Draw(pass.Guide.Batch(tensors), 1), [.. pass.Guide.Draw(pass.Batch, 1).Latents.Select(z => zeros_like(z))]).Distributions.Select(q => q.Mean)];
    }

    /// <summary>The densities of slices that are there are those of a model of these slices alone.</summary>
    [Fact]
    public void Slices_that_are_missing_count_nothing()
    {
        using var pass = Pass.Prepare(Models.Get("Gauges"), rows: 6);
        var terms = pass.Guide.Terms(pass.Guide.Draw(pass.Batch, 3), TermForm.Sampled);
        for (var t = 0; t < 3; t++)
        {
            var term = terms.Single(s => s.Site.Name == $"x[{t}]");
            var there = pass.Batch["there"].select(1, t);
            Assert.InRange(there.sum().item<long>(), 1, 5);
            Assert.Equal(0, term.LogP!.masked_select(there.logical_not().expand(term.LogP.shape)).abs().sum().item<double>());
            Assert.True(term.LogP.masked_select(there.expand(term.LogP.shape)).ne(0).all().ToBoolean());
        }
    }

    [Fact]
    public void A_mask_shorter_than_the_data_is_named()
    {
        using var scope = NewDisposeScope();
        using var model = new Gauges();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(6, 3, 4), ones(6, 2))));
        Assert.StartsWith("x[2]: its mask there[.., t] cannot be computed: ", fault.Message, StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);
        fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(6, 3, 4), ones(6, 3, 1))));
        Assert.Equal(
            "x[0]: the mask there[.., 0] has shape (6, 1), but the site stands in plate 'data' of 6 rows: its shape must be (6), with 1 for a plate where it is "
            + "the same in all of it.",
            fault.Message);
    }

    [Fact]
    public void A_data_set_may_hold_slices_that_a_mask_leaves_out_and_no_others()
    {
        using var scope = NewDisposeScope();
        var there = arange(12).reshape(4, 3).remainder(2).eq(0);
        var x = randn(4, 3, 4).masked_fill(there.logical_not().unsqueeze(2), double.NaN);
        Fit(x, there);
        Assert.Equal(
            "x: data 'rows', column 'x': a finite value is needed; found NaN at [0, 1, 0]",
            Assert.Throws<NonFiniteException>(() => Fit(x, ones_like(there))).Message);

        static void Fit(Tensor x, Tensor there)
        {
            using var model = new Gauges();
            using var guide = model.CreateGuide();
            using var data = Dataset.From("rows", ("x", x), ("there", there));
            using var svi = new Svi(
                model, guide, Objective.Elbo(), parameters => optim.Adam(parameters), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            svi.Fit(data, epochs: 2, batchSize: 2);
        }
    }

    /// <summary>log p of the measurements that there are is that of a normal vector of these alone.</summary>
    [Fact]
    public void A_conjugate_regression_with_missing_data_reaches_their_evidence()
    {
        using var scope = NewDisposeScope();
        using (manual_seed(4))
        {
        }

        var x = randn([8, 3], ScalarType.Float64);
        var there = tensor(new long[] { 0, 2, 3, 6, 7 });
        var y = full([8], double.NaN, ScalarType.Float64).index_copy(0, there, (randn([8], ScalarType.Float64) + x.sum(1)).index_select(0, there));
        using var model = new MissingNoise();
        using var guide = model.CreateGuide(w: Posterior.FullCovariance(), b: Posterior.FullCovariance());
        var known = x.index_select(0, there);
        var covariance = known.matmul(known.t()) + 4 + (eye(5, dtype: ScalarType.Float64) * 0.25);
        var evidence = new MultivariateNormal(zeros([5], ScalarType.Float64), covariance: covariance).LogProb(y.index_select(0, there));
        PlatedBoundTests.Reaches(model, guide, [y, x, y.isfinite()], evidence.item<double>());
    }

    [Fact]
    public void A_data_set_may_hold_what_a_mask_leaves_out_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, float.NaN, 2, 3];
        float[] there = [1, 0, 1, 1];
        Fit(values, there);
        Assert.Equal(
            "y: data 'rows', column 'y': a finite value is needed; found NaN at [1]", Assert.Throws<NonFiniteException>(() => Fit(values, [1, 1, 1, 1])).Message);
        Assert.Equal(
            "y: data 'rows', column 'y': the mask there must be Boolean, or 0 and 1; found 0.5 at [2]",
            Assert.Throws<PplSupportException>(() => Fit(values, [1, 0, 0.5f, 1])).Message);

        static void Fit(float[] values, float[] there)
        {
            using var model = new MissingNoise();
            using var guide = model.CreateGuide();
            using var data = Dataset.From("rows", ("y", tensor(values)), ("x", ones(4, 3)), ("there", tensor(there)));
            using var svi = new Svi(
                model, guide, Objective.Elbo(), parameters => optim.Adam(parameters), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            svi.Fit(data, epochs: 2, batchSize: 2);
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(3f)]
    public void A_step_refuses_a_mask_of_other_numbers_as_a_data_set_does(float number)
    {
        using var scope = NewDisposeScope();
        using var model = new MissingNoise();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => optim.Adam(parameters), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var rule = FormattableString.Invariant($"y: the mask there must be Boolean, or 0 and 1; found {number} at [2]");
        Assert.Equal(rule, Assert.Throws<PplSupportException>(() => svi.Step([ones(4), ones(4, 3), tensor([1, 0, number, 1])])).Message);
        svi.Step([ones(4), ones(4, 3), ones(4)]);
        Assert.Equal(rule, Assert.Throws<PplSupportException>(() => svi.Step([ones(4), ones(4, 3), tensor([1, 0, number, 1])])).Message);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Bool)]
    public void A_mask_may_be_of_any_type(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = new MaskedScale();
        using var guide = model.CreateGuide();
        var (x, there) = (ones([4], ScalarType.Float64), tensor(new[] { 1, 0, 1, 1 }).to(type));
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => optim.Adam(parameters), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Step([there, x]);
        svi.Step([there, x]);
        Assert.All(guide.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
    }

    [Fact]
    public void A_mask_of_another_shape_is_named_with_its_site_and_shape()
    {
        using var scope = NewDisposeScope();
        using var model = new MissingNoise();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(ones(4), ones(4, 3), ones(4, 1))));
        Assert.Equal(
            "y: the mask there has shape (4, 1), but the site stands in plate 'data' of 4 rows: its shape must be (4), with 1 for a plate where it is the same in "
            + "all of it.",
            fault.Message);
    }

    [Fact]
    public void A_mask_computed_from_a_tensor_outside_the_plate_is_found()
    {
        using var scope = NewDisposeScope();
        using var model = new SharedMask();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(ones(4), ones(4))));
        Assert.StartsWith("odds: shape (4): SharedMask.Generate takes it row by row, but it is not in the plate, ", fault.Message, StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void Simulation_draws_what_is_masked_too()
    {
        using var scope = NewDisposeScope();
        using var model = new MissingNoise();
        var joint = model.Simulate(4, ones(4, 3), zeros(4));
        Assert.True(joint.y.Value.isfinite().all().ToBoolean());
        Assert.Equal("y ~ Normal(matmul(x, w) + b, 0.5) where there", ((IGeneratedModel)model).Plan.Observed.Single().ToString());
    }
}

internal sealed partial class MissingNoise : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor x, Tensor there)
    {
        var w = Sample(Normal(0, 1).Expand(3));
        var b = Sample(Normal(0, 2));
        using var data = Plate(y, x, there);
        Observe(y, Normal(matmul(x, w) + b, 0.5), where: there);
    }
}

internal sealed partial class MaskedScale : GenerativeModel
{
    [Model]
    private void Generate(Tensor there, Tensor x)
    {
        var mean = Sample(Normal(0, 1));
        using var data = Plate(there, x);
        var z = Sample(Normal(mean, 1));
        Observe(x, Normal(z, 1), where: there);
    }
}

internal sealed partial class SharedMask : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor odds)
    {
        using var data = Plate(y);
        var z = Sample(Normal(0, 1));
        Observe(y, Normal(z, 1), where: odds.gt(0.5));
    }
}
