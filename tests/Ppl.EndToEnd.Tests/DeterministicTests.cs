using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>What <c>Deterministic</c> records is in every result by the local's name, and in no bound.</summary>
public sealed class DeterministicTests
{
    [Fact]
    public void Results_have_recorded_values_by_name()
    {
        using var pass = Pass.Prepare(Derived.Entry, rows: 4);
        var (model, guide) = ((Derived)pass.Model, (Derived.Guide)pass.Guide);
        var (y, c) = (pass.Batch[0], pass.Batch[1]);
        Check(model.Simulate(4, c));
        Check(guide.Reconstruct(y, c));
        var posterior = guide.Posterior(y, c, samples: 3);
        Check(model.Predict(posterior, c));
        Check(model.Predict(new(posterior.mu[0], posterior.scale[0], posterior.eta[0]), c));

        void Check(Derived.Joint joint)
        {
            Close(joint.mu / joint.scale, joint.ratio);
            var theta = (joint.scale.unsqueeze(-1) * joint.eta) + joint.mu.unsqueeze(-1) + c;
            Close(theta, joint.theta!);
            Close(stack([theta, 2 * theta], -1), joint.twice!);
            Close(joint.y.Value - theta, joint.residual);
        }
    }

    [Fact]
    public void A_record_of_an_arm_that_is_not_taken_is_null()
    {
        using var scope = NewDisposeScope();
        using var model = new Derived { IsShifted = false };
        var joint = model.Simulate(3, zeros(3));
        Assert.Null(joint.twice);
        Close(joint.mu + (joint.scale * joint.eta), joint.theta);
    }

    /// <summary>Samples fold into the rows of a model without globals; results have them apart.</summary>
    [Fact]
    public void Samples_are_apart_where_they_are_folded()
    {
        using var pass = Pass.Prepare(Means.Entry, rows: 4);
        var (model, guide) = ((Means)pass.Model, (Means.Guide)pass.Guide);
        var joint = model.Predict(guide.Posterior(pass.Batch[0], samples: 3));
        Assert.Equal([3, 4, 4], joint.mean.shape);
        Assert.Equal([3, 1], joint.noise.shape);
        Close(joint.x.Distribution.Mean, joint.mean);
        for (var s = 0; s < 3; s++) Close(model.Predict(new Means.Latents(joint.z[s])).mean, joint.mean[s]);
    }

    [Fact]
    public void No_term_has_it()
    {
        using var pass = Pass.Prepare(Derived.Entry, rows: 4);
        Assert.Equal(["mu", "scale", "eta", "y"], pass.Guide.Terms(pass.Guide.Draw(pass.Batch, 2), TermForm.Sampled).Select(t => t.Site.Name));
        Assert.Contains("recorded\n  ratio = mu / scale, line ", pass.Guide.Plan.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_does_not_begin_with_its_plates_is_named()
    {
        using var scope = NewDisposeScope();
        using var model = new Flattened();
        var fault = Assert.Throws<PplShapeException>(() => model.Simulate(3));
        Assert.Equal(
            "sum: the recorded value has shape (), but it stands in plate 'data' of 3 rows: it must begin with (3). Expand what is the same for all of a "
            + "plate, or record it outside of it.",
            fault.Message);
    }

    [Fact]
    public void Elements_of_arrays_are_lists_in_every_result()
    {
        using var pass = Pass.Prepare(Levels.Entry, rows: 4);
        var (model, guide) = ((Levels)pass.Model, (Levels.Guide)pass.Guide);
        var joint = model.Simulate(4);
        Assert.Equal([3, 3], [joint.mean.Count, joint.scale.Count]);
        for (var t = 0; t < 3; t++) Close(joint.s * (t + 1), joint.scale[t]);
        Close(joint.z[0] + joint.z[1], joint.mean[1]);
        Close(joint.z[0].tanh(), joint.mean[0]);
        Close(joint.mean[2].sum(-1), joint.last);
        var posterior = guide.Posterior(pass.Batch[0], samples: 5);
        Assert.Equal([5, 4, 2], posterior.mean[1].shape);
        Close(posterior.z[0] + posterior.z[1], posterior.mean[1]);
        Close(posterior.s * 2, posterior.scale[1]);
        Close(model.Predict(posterior).mean[2], posterior.mean[2]);
        Close(guide.Reconstruct(pass.Batch[0]).mean[2].sum(-1).isfinite().to(ScalarType.Float64), ones(4, ScalarType.Float64));
        Assert.Null(new Levels.Latents(posterior.s[0], [.. posterior.z.Select(z => z[0])]).mean);
    }

    /// <summary>Samples that fold into the rows, and those that are passes of their own.</summary>
    [Fact]
    public void A_posterior_has_what_the_model_records_at_the_data()
    {
        using var pass = Pass.Prepare(Derived.Entry, rows: 4);
        var (y, c) = (pass.Batch[0], pass.Batch[1]);
        var posterior = ((Derived.Guide)pass.Guide).Posterior(y, c, samples: 3);
        Close(posterior.mu / posterior.scale, posterior.ratio);
        Close(y - posterior.theta!, posterior.residual);
        using var folded = Pass.Prepare(Means.Entry, rows: 4);
        var means = ((Means.Guide)folded.Guide).Posterior(folded.Batch[0], samples: 3);
        var predicted = ((Means)folded.Model).Predict(means);
        Close(predicted.mean, means.mean);
        Close(predicted.noise, means.noise);
    }

    /// <summary>What takes rows together takes those of its own sample, in every result.</summary>
    [Fact]
    public void A_value_of_several_rows_is_of_the_rows_of_its_sample()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var model = new Centred();
        using var guide = model.CreateGuide();
        var x = randn(4, 2);
        guide.Prepare(guide.Batch(x));
        var posterior = guide.Posterior(x, samples: 3);
        Close(posterior.z - posterior.z.mean([1], keepdim: true), posterior.centred);
        Close(full_like(posterior.z, 4), posterior.rows);
        var joint = model.Predict(posterior);
        Close(posterior.centred, joint.centred);
        Close(posterior.rows, joint.rows);
        var set = randn(4, 2);
        Close((set - set.mean([0], keepdim: true)).expand(3, 4, 2), model.Predict(posterior, doing: new() { z = set }).centred);
    }

    [Fact]
    public void What_a_submodel_records_is_in_the_record_of_its_call()
    {
        using var pass = Pass.Prepare(Logged.Entry, rows: 4);
        var (model, guide) = ((Logged)pass.Model, (Logged.Guide)pass.Guide);
        var (x, y, u) = (pass.Batch[0], pass.Batch[1], pass.Batch[2]);
        var posterior = guide.Posterior(x, y, u, samples: 2);
        Assert.Equal([2, 4, 2], posterior.h[1].moved.shape);
        Assert.Equal([2, 4], posterior.a.part[1].shape);
        Close(posterior.a.inner.moved.select(-1, 0), posterior.a.part[0]);
        Close((posterior.a.part[0] + posterior.a.part[1] - posterior.b.part[0] - posterior.b.part[1]).exp(), posterior.w.mean);
        var joint = model.Predict(posterior, u);
        Close(joint.h[2].moved, posterior.h[2].moved);
        Close(joint.w.mean, joint.y.Distribution.Mean);
        Assert.Equal([6, 2], model.Simulate(6, randn(6, 2, dtype: ScalarType.Float64)).b.inner.moved.shape);
        Assert.Contains("a.part[0] = ", string.Join("\n", pass.Generated.RecordedSequence([])), StringComparison.Ordinal);
    }

    private static void Close(Tensor expected, Tensor? found)
    {
        Assert.Equal(expected.shape, found!.shape);
        Assert.True((expected - found).abs().max().ToDouble() < (expected.dtype == ScalarType.Float32 ? 1e-5 : 1e-12));
    }
}

internal sealed partial class Flattened : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1));
        var sum = Deterministic(z.sum());
        Observe(x, Normal(z, 1));
    }
}

internal sealed partial class Centred : GenerativeModel
{
    public Centred() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var centred = Deterministic(z - z.mean([0], keepdim: true));
        var rows = Deterministic(full_like(z, z.shape[0]));
        Observe(x, Normal(z, 1));
    }
}
