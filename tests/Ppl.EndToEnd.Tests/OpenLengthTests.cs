using Ppl.Contracts;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Models that read their lengths off the data: the guide is made when it is prepared, and a simulation is told the length.</summary>
public sealed class OpenLengthTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_bound_is_the_evidence_of_a_Kalman_filter_at_the_exact_posterior(int particles)
    {
        using var pass = Pass.Prepare(OpenSeries.Entry, rows: 6, guide: m => ((OpenSeries)m).CreateGuide(Posterior.Diagonal(hidden: [])));
        TimeSeriesTests.SetPosterior(((OpenSeries.Guide)pass.Guide).z, pass.Model);
        var weight = pass.Guide.Terms(pass.Guide.Draw(pass.Batch, particles), TermForm.Sampled).Groups.Single().LogWeight;
        var evidence = TimeSeriesTests.Kalman(pass.Model, pass.Batch[0]);
        Assert.Equal([particles, 6], weight.shape);
        Assert.True((weight - evidence).abs().max().item<double>() < 1e-6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_guide_has_an_encoder_for_each_step_of_its_first_batch(int steps)
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSeries();
        using var guide = model.CreateGuide();
        Assert.Equal("guide of OpenSeries, whose factors are made when it is prepared, as x.shape[1] says", guide.ToString());
        Assert.Empty(guide.Steps);
        Assert.Empty(guide.state_dict());
        guide.Prepare(guide.Batch(randn(5, steps)));
        var expected = Enumerable.Range(0, steps).Reverse()
            .Select(t => t == steps - 1 ? $"q(z[{t}] | x)" : $"q(z[{t}] | x[..{t + 1}], z[{t + 1}])");
        Assert.Equal(expected, guide.Steps.Select(step => step.ToString()));
        Assert.Contains($"z.{steps - 1}.head.linear.weight", guide.state_dict().Keys);
        Assert.Equal(steps, guide.Posterior(randn(4, steps), samples: 2).z.Count);
    }

    /// <summary>A standard deviation that followed its neighbour's value, which has the neighbour's own, would be a tower of exponentials.</summary>
    [Theory]
    [InlineData("diagonal")]
    [InlineData("full")]
    [InlineData("low rank")]
    public void A_chain_of_linear_factors_starts_near_a_standard_normal(string family)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            using var model = new OpenSeries();
            var posterior = family switch
            {
                "diagonal" => Posterior.Diagonal(hidden: []),
                "full" => Posterior.FullCovariance(hidden: []),
                _ => Posterior.LowRank(1, hidden: []),
            };
            using var guide = model.CreateGuide(posterior);
            var batch = guide.Batch(model.Simulate(rows: 50, steps: 30).x.Value);
            guide.Prepare(batch);
            var draws = guide.Draw(batch, 1);
            Assert.All(draws.Distributions, q => Assert.InRange(q.Variance.max().item<float>(), 0.05f, 20f));
        }
    }

    [Fact]
    public void A_simulation_is_told_the_length_and_a_prediction_has_it_from_the_latents()
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSeries();
        var joint = model.Simulate(rows: 8, steps: 6);
        Assert.Equal([8, 6], joint.x.Value.shape);
        Assert.Equal(6, joint.z.Count);
        Assert.Equal([8, 6], model.Predict(new OpenSeries.Latents(joint.z)).x.Value.shape);
        Assert.Equal([8], model.LogJoint(new OpenSeries.Latents(joint.z), joint.x.Value).shape);
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(joint.x.Value));
        Assert.Equal([3, 8, 6], model.Predict(guide.Posterior(joint.x.Value, samples: 3)).x.Value.shape);
        Assert.Equal([8, 6], guide.Reconstruct(joint.x.Value).x.Value.shape);
        Assert.Equal(
            "A simulation needs the length 'steps', which is x.shape[1] of data, at least 1; found 0.",
            Assert.Throws<PplArgumentException>(() => model.Simulate(8, steps: 0)).Message);
    }

    [Fact]
    public void A_covariate_tells_its_length_and_data_that_no_array_follows_are_told()
    {
        using var scope = NewDisposeScope();
        using var model = new Driven();
        var u = randn(4, 5, 1);
        var joint = model.Simulate(rows: 4, yLength: 3, u: u);
        Assert.Equal([4, 5, 2], joint.x.Value.shape);
        Assert.Equal([4, 3, 3], joint.y.Value.shape);
        Assert.Equal([4, 2, 3], model.Predict(new Driven.Latents(joint.z), yLength: 2, u: u).y.Value.shape);
        using var guide = model.CreateGuide();
        Assert.Equal(
            "x: dimension 1 of the tensor, whose shape is (4, 4, 2), has size 4, and the model observes 5 slices of it: x[4] is not there.",
            Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(4, 4, 2), joint.y.Value, u))).Message);
        Assert.Empty(guide.Steps);
        guide.Prepare(guide.Batch(joint.x.Value, joint.y.Value, u));
        Assert.Equal(5, guide.Steps.Count);
    }

    [Fact]
    public void Data_of_another_length_are_refused_and_the_guide_stays_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSeries();
        using var guide = model.CreateGuide();
        Assert.Equal(
            "x: the tensor has shape (6); OpenSeries.Generate reads its length off dimension 1, which has at least one element.",
            Assert.Throws<PplShapeException>(() => guide.Batch(randn(6))).Message);
        using var single = new SecondOrder();
        using var shortest = single.CreateGuide();
        Assert.Equal(
            "The guide's loops need x.shape[1] to be at least 2; it is 1.",
            Assert.Throws<PplArgumentException>(() => shortest.Prepare(shortest.Batch(randn(3, 1, 2)))).Message);
        guide.Prepare(guide.Batch(randn(6, 4)));
        const string Message = "z: it had 4 elements when the guide was prepared, and has 5 in these data, by x.shape[1] = 5: each element has an "
            + "encoder of its own. Make a new guide for data of this length.";
        Assert.Equal(Message, Assert.Throws<PplArgumentException>(() => guide.Draw(guide.Batch(randn(6, 5)), 1)).Message);
        Assert.Equal(Message, Assert.Throws<PplArgumentException>(() => guide.Posterior(randn(6, 5))).Message);
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.Equal(Message, Assert.Throws<PplArgumentException>(() => svi.Step([randn(6, 5)])).Message);
        using var data = Dataset.From("x", ("x", randn(6, 5)));
        Assert.Equal(Message, Assert.Throws<PplArgumentException>(() => svi.Fit(data, epochs: 1, batchSize: 3)).Message);
        Assert.Equal(4, guide.Posterior(randn(6, 4)).z.Count);
    }

    [Fact]
    public void A_family_for_each_element_is_checked_when_the_number_is_known()
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSeries();
        using var guide = model.CreateGuide(z: [null, Posterior.Diagonal(hidden: [])]);
        Assert.Equal(
            "z: 2 networks are given for 3 elements.",
            Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(randn(6, 3)))).Message);
        guide.Prepare(guide.Batch(randn(6, 2)));
        Assert.Equal(["z.0.network.0.weight", "z.1.head.linear.weight"], guide.state_dict().Keys.Where(k => k is "z.0.network.0.weight" or
            "z.1.head.linear.weight" or "z.1.network.0.weight"));
    }

    [Fact]
    public void A_checkpoint_restores_into_a_guide_that_has_seen_no_data()
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "series.ckpt");
            using var data = Dataset.From("x", ("x", randn(40, 3)));
            using var model = new OpenSeries();
            using var guide = model.CreateGuide();
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet, Seed = 1 });
            svi.Fit(data, epochs: 1, batchSize: 20);
            svi.Save(path);
            using var other = new OpenSeries();
            using var restored = other.CreateGuide();
            using var again = new Svi(other, restored, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet, Seed = 1 });
            again.Restore(path);
            Assert.Equal(3, restored.Steps.Count);
            foreach (var (name, tensor) in guide.state_dict()) Assert.True(tensor.eq(restored.state_dict()[name]).all().item<bool>());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
