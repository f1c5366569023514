using Ppl.EndToEnd.Tests.Catalogue;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>A value that is set tells nothing about its parents, and what follows it is drawn given it.</summary>
public sealed class InterventionTests
{
    private const long Rows = 20000;

    /// <summary>
    /// z ~ N(0, 1), y ~ N(z, 1), x ~ N(y + z, 1/2). do(y = 2) leaves z as it was, x ~ N(2, 5/4); given y = 2, z ~ N(1, 1/2) and x ~ N(3, 3/4).
    /// Means and variances of 20000 rows lie within 6 standard errors, but for one run of a hundred million.
    /// </summary>
    [Fact]
    public void Do_and_condition_differ_as_they_should()
    {
        using var scope = NewDisposeScope();
        using var noise = manual_seed(11);
        using var model = new CausalChain();
        var y = full(Rows, 2f);
        var set = model.Simulate(Rows, doing: new() { y = y });
        Near(0, 1, set.z);
        Near(2, 1.25, set.x);
        Assert.Equal(0, (set.y - y).abs().max().ToDouble());
        Assert.Equal(0, set.y.Distribution.Variance.max().ToDouble());

        // Condition: the latents from their posterior, and y as it was seen.
        var given = model.Predict(new(1 + (Math.Sqrt(0.5) * randn(Rows))), doing: new() { y = y });
        Near(3, 0.75, given.x);

        // Without an intervention, y is drawn anew: x ~ N(2 z, 1 + 1/4) at its posterior.
        Near(2, 1 + 0.25 + 2, model.Predict(new(1 + (Math.Sqrt(0.5) * randn(Rows)))).x);

        var latent = model.Simulate(Rows, doing: new() { z = full(Rows, 3f) });
        Near(3, 1, latent.y);
        Near(6, 1.25, latent.x);
    }

    [Fact]
    public void Elements_of_arrays_are_set_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var model = new Tower { Height = 3 };
        var middle = full(4, 2, 100f);
        var joint = model.Simulate(4, doing: new() { h = [null, middle, null] });
        Assert.Equal(0, (joint.h[1] - middle).abs().max().ToDouble());
        Assert.True(joint.h[0].abs().max().ToDouble() < 50 && joint.h[2].min().ToDouble() > 50);
        var fault = Assert.Throws<PplArgumentException>(() => model.Simulate(4, doing: new() { h = [middle] }));
        Assert.Equal("h: 1 values are set for it, and it has 3 elements: give one for each, null for those to draw.", fault.Message);
    }

    /// <summary>Slices of data that are set are those that later rounds read.</summary>
    [Fact]
    public void Data_of_slices_are_set_whole()
    {
        using var pass = Pass.Prepare(Autoregression.Entry, rows: 3, type: ScalarType.Float32);
        var x = pass.Batch[0] + 50;
        var joint = ((Autoregression)pass.Model).Simulate(3, doing: new() { x = x });
        Assert.Equal(x.shape, joint.x.Value.shape);
        Assert.Equal(0, (joint.x - x).abs().max().ToDouble());
    }

    /// <summary>What a set value has beyond the last slice would be left out without a word.</summary>
    [Theory]
    [InlineData(4, "has size 4, and the model observes 3 slices of it: x[3] is not observed.")]
    [InlineData(2, "has size 2, and the model observes 3 slices of it: x[2] is not there.")]
    public void Data_of_slices_that_are_set_have_the_length_of_the_run(int length, string message)
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSeries();
        var x = randn(6, length);
        var fault = Assert.Throws<PplShapeException>(() => model.Simulate(6, steps: 3, doing: new() { x = x }));
        Assert.EndsWith(message, fault.Message, StringComparison.Ordinal);
        var z = model.Simulate(6, steps: 3).z;
        fault = Assert.Throws<PplShapeException>(() => model.Predict(new OpenSeries.Latents(z), doing: new() { x = x }));
        Assert.EndsWith(message, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Samples of a model without globals fold into its rows, those of others are runs of their own: the same value is set in each.</summary>
    [Fact]
    public void Predictions_of_samples_have_the_set_value_in_each()
    {
        using var pass = Pass.Prepare(Means.Entry, rows: 4);
        var (model, guide) = ((Means)pass.Model, (Means.Guide)pass.Guide);
        var z = pass.Batch[0].narrow(1, 0, 2);
        var joint = model.Predict(guide.Posterior(pass.Batch[0], samples: 3), doing: new() { z = z });
        Assert.Equal([3, 4, 2], joint.z.shape);
        Assert.Equal(0, (joint.z - z).abs().max().ToDouble());
        Assert.Equal(0, (joint.mean - joint.mean[0]).abs().max().ToDouble());

        using var other = Pass.Prepare(Derived.Entry, rows: 4);
        var (derived, c) = ((Derived)other.Model, other.Batch[1]);
        var posterior = ((Derived.Guide)other.Guide).Posterior(other.Batch[0], c, samples: 3);
        var set = derived.Predict(posterior, c, doing: new() { mu = tensor(7.0), y = c });
        Assert.Equal([3], set.mu.shape);
        Assert.Equal(7, set.mu.min().ToDouble());
        Assert.Equal(0, (set.eta - posterior.eta).abs().max().ToDouble());
        Assert.Equal([3, 4], set.y.Value.shape);
        Assert.Equal(0, (set.residual - (c - set.theta!)).abs().max().ToDouble());
    }

    /// <summary>What follows a set value is drawn given it, whatever the posterior of the rows was; the rest is the posterior's.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_follows_a_set_value_is_drawn_anew(int samples)
    {
        using var scope = NewDisposeScope();
        using var model = new Mediated();
        using var guide = model.CreateGuide();
        var (x, y) = (zeros(50), zeros(50));
        guide.Prepare(guide.Batch(x, y));
        var posterior = guide.Posterior(x, y, samples);
        var joint = model.Predict(posterior, doing: new() { x = full(50, 100f) });
        Assert.Equal(0, (joint.before - posterior.before).abs().max().ToDouble());
        Assert.InRange((joint.level - 200 - posterior.before).abs().max().ToDouble(), 1e-4, 1);
        Assert.All(Enumerable.Range(0, 3), t => Assert.InRange((joint.h[t] - joint.level).abs().max().ToDouble(), 1e-4, 2));
        Assert.InRange((joint.y.Mean - joint.h[2]).abs().max().ToDouble(), 0, 1e-4);

        joint = model.Predict(posterior, doing: new() { h = [null, full(50, -30f), null] });
        Assert.Equal(0, (joint.level - posterior.level).abs().max().ToDouble());
        Assert.Equal(0, (joint.h[0] - posterior.h[0]).abs().max().ToDouble());
        Assert.InRange((joint.h[2] + 30).abs().max().ToDouble(), 1e-4, 1);
    }

    [Fact]
    public void Values_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new CausalChain();
        Assert.StartsWith("z: ", Assert.Throws<PplShapeException>(() => model.Simulate(3, doing: new() { z = zeros(4) })).Message, StringComparison.Ordinal);
        Assert.StartsWith("y: ", Assert.Throws<PplShapeException>(() => model.Simulate(3, doing: new() { y = zeros(3, 2) })).Message, StringComparison.Ordinal);
        using var shallow = new Optional(deep: false);
        foreach (var doing in new Optional.Interventions[] { new() { z = zeros(3, 2) }, new() { y = zeros(3, 2) } })
        {
            var fault = Assert.Throws<PplArgumentException>(() => shallow.Simulate(3, doing));
            Assert.Contains(": a value is set for it, and this run does not reach ", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Values_that_no_site_could_draw_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new CausalChain();
        var z = zeros(3);
        z[1] = double.NaN;
        var fault = Assert.ThrowsAny<PplException>(() => model.Simulate(3, doing: new() { z = z }));
        Assert.Equal("z: the value that is set has shape (3), and a finite value is needed; found NaN at [1]", fault.Message);
        fault = Assert.ThrowsAny<PplException>(() => model.Simulate(3, doing: new() { y = full(3, double.PositiveInfinity) }));
        Assert.Equal("y: the value that is set has shape (3), and a finite value is needed; found Infinity at [0]", fault.Message);

        using var pass = Pass.Prepare(Derived.Entry, rows: 4);
        var (derived, c) = ((Derived)pass.Model, pass.Batch[1]);
        fault = Assert.ThrowsAny<PplException>(() => derived.Simulate(4, c, doing: new() { scale = tensor(-1.0) }));
        Assert.Equal("scale: the value that is set has shape (), and HalfNormal needs a value >= 0; found -1", fault.Message);
        Assert.Throws<PplSupportException>(
            () => derived.Predict(((Derived.Guide)pass.Guide).Posterior(pass.Batch[0], c, samples: 2), c, doing: new() { scale = tensor(-1.0) }));
    }

    private static void Near(double mean, double variance, Tensor values)
    {
        var error = Math.Sqrt(variance / values.numel());
        Assert.InRange(values.mean().ToDouble(), mean - (6 * error), mean + (6 * error));
        var spread = Math.Sqrt(2.0 / values.numel()) * variance;
        Assert.InRange((values - values.mean()).square().mean().ToDouble(), variance - (6 * spread), variance + (6 * spread));
    }
}

internal sealed partial class CausalChain : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor x)
    {
        using var data = Plate(y, x);
        var z = Sample(Normal(0, 1));
        Observe(y, Normal(z, 1));
        Observe(x, Normal(y + z, 0.5));
    }
}

/// <summary>A latent before what is set, and others that follow it.</summary>
internal sealed partial class Mediated : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var before = Sample(Normal(0, 1));
        Observe(x, Normal(before, 1));
        var level = Sample(Normal((x * 2) + before, 0.1));
        var h = new Tensor[3];
        h[0] = Sample(Normal(level, 0.1));
        for (var t = 1; t < 3; t++) h[t] = Sample(Normal(h[t - 1], 0.1));
        Observe(y, Normal(h[2], 0.1));
    }
}
