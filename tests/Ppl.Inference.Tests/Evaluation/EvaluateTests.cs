using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Evaluation;

public sealed class EvaluateTests
{
    [Fact]
    public void The_bound_over_a_data_set_is_the_mean_over_its_rows()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(45);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var bound = Evaluate.Bound(model, guide, data, Objective.Elbo(kl: KlForm.Sampled), new EvaluationOptions { BatchSize = 20 });
        Assert.Equal(Ppca.Evidence(model, x).mean().item<double>(), bound.Bound, 8);
        Assert.Equal(bound.Bound, bound.Reconstruction - bound.Kl, 8);
    }

    [Fact]
    public void Active_units_are_those_whose_mean_moves()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(200);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);

        // The first coordinate follows the data; the second has the constant mean 3 whatever the data.
        Ppca.SetLinear(guide.z, tensor(new double[,] { { 0.5, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0 } }), tensor([0.0, 3]), tensor([0.0, 0]));
        using var data = Dataset.From(x);
        var units = Assert.Single(Evaluate.ActiveUnits(model, guide, data));
        Assert.Equal("z: 1 of 2 units active", units.ToString());
        Assert.Equal(0.25 * x.select(1, 0).var(unbiased: true).item<double>(), units.Variances[0], 8);
        Assert.Equal(0, units.Variances[1], 12);
    }

    /// <summary>For h2, whose encoder sees h1, the mean is averaged over draws of h1: with 2,000 of them to about 0.02.</summary>
    [Fact]
    public void Active_units_of_a_deep_site_average_over_its_parents()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(50).narrow(1, 0, 2);
        using var model = new GaussianChain();
        using var guide = model.ExactGuide(x);
        using var data = Dataset.From(x);
        var units = Evaluate.ActiveUnits(model, guide, data, samples: 2000);
        Assert.Equal(["h2", "h1"], units.Select(u => u.Site));

        // Linear encoders: E[h2 | x] = slope2 · slope1 · x.
        var slope1 = guide.h1.Head.parameters().First().narrow(0, 0, 2).diagonal();
        var slope2 = guide.h2.Head.parameters().First().narrow(0, 0, 2).diagonal();
        var expected = (slope1 * slope2 * x).var(0, unbiased: true).data<double>().ToArray();
        Assert.All(expected.Zip(units[0].Variances), p => Assert.InRange(p.Second / p.First, 0.95, 1.05));
    }

    /// <summary>What moves with the draws alone says nothing about the data: 20 draws have a mean of variance 0.02 here.</summary>
    [Fact]
    public void A_unit_that_moves_with_the_draws_alone_is_not_active()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(200).narrow(1, 0, 2);
        using var model = new GaussianChain();
        using var guide = model.ExactGuide(x);
        using (no_grad())
        {
            guide.h1.Head.parameters().First().fill_(0);
            guide.h2.Head.parameters().First().narrow(0, 0, 2).fill_(0.5);
        }

        using var data = Dataset.From(x);
        var units = Evaluate.ActiveUnits(model, guide, data, samples: 20);
        Assert.Equal(["h2: 0 of 2 units active", "h1: 0 of 2 units active"], units.Select(u => u.ToString()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate.ActiveUnits(model, guide, data, samples: 1));
    }

    [Fact]
    public void Prior_samples_are_seeded_and_have_the_models_moments()
    {
        using var scope = NewDisposeScope();
        using var model = Ppca.Model();
        var samples = Evaluate.PriorSamples(model, 20_000, seed: 4);
        Assert.Equal([20_000, 5], samples.Value.shape);
        Assert.Equal(samples.Value.data<double>().ToArray(), Evaluate.PriorSamples(model, 20_000, seed: 4).Value.data<double>().ToArray());

        // Each coordinate's mean within 5 standard errors.
        var error = samples.Value.std([0L]) / Math.Sqrt(20_000);
        Assert.True(((samples.Value.mean([0]) - model.Decoder.bias!).abs() / error).max().item<double>() < 5);
        Assert.Throws<PplArgumentException>(() => Evaluate.PriorSamples(model, 3, site: "y"));
    }

    [Fact]
    public void An_interpolation_runs_between_the_reconstructions_of_its_ends()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(6);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        var (a, b) = (x.narrow(0, 0, 2), x.narrow(0, 2, 2));
        var line = Evaluate.Interpolate(model, guide, [a], [b], steps: 5).Mean;
        Assert.Equal([10, 5], line.shape);
        using var grad = no_grad();
        var first = model.Decoder.call(guide.z.Encode(a).Mean);
        var last = model.Decoder.call(guide.z.Encode(b).Mean);
        var byDatum = line.view(2, 5, 5);
        Close(first, byDatum.select(1, 0));
        Close(last, byDatum.select(1, 4));
        Close((first + last) / 2, byDatum.select(1, 2));
    }

    [Fact]
    public void A_tensor_that_all_rows_share_is_not_repeated()
    {
        using var scope = NewDisposeScope();
        using var model = new SharedBasis();
        using var guide = model.CreateGuide();
        var (x, basis) = (randn(4, 6), randn(3, 6));
        guide.Prepare(guide.Batch(x, basis));
        Assert.Equal([12, 6], Evaluate.Interpolate(model, guide, [x, basis], [x, basis], steps: 3).Mean.shape);
        Assert.Equal([2, 6], Evaluate.Traverse(model, guide, [x.narrow(0, 0, 1), basis], "z", 0, [-1, 1]).Mean.shape);
    }

    /// <summary>The model would be blamed for what the data do.</summary>
    [Fact]
    public void Pictures_of_data_that_are_not_finite_name_the_place()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        var (good, bad) = (zeros(2, 64), zeros(2, 64));
        bad[1, 3] = float.NaN;
        Action[] uses =
        [
            () => Evaluate.Reconstructions(model, guide, [bad]),
            () => Evaluate.Interpolate(model, guide, [bad], [good], steps: 2),
            () => Evaluate.Interpolate(model, guide, [good], [bad], steps: 2),
        ];
        foreach (var use in uses)
            Assert.Equal("x: the data must be finite; found NaN at [1, 3]", Assert.Throws<NonFiniteException>(use).Message);
        Assert.Throws<NonFiniteException>(() => Evaluate.Traverse(model, guide, [bad.narrow(0, 1, 1)], "z", 0, [0]));
        var row = good.narrow(0, 0, 1);
        var fault = Assert.Throws<PplArgumentException>(() => Evaluate.Traverse(model, guide, [row], "z", 0, []));
        Assert.Contains("at least one value", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<PplArgumentException>(() => Evaluate.Traverse(model, guide, [row], "z", 0, [0, double.NaN]));
        Assert.Contains("found NaN", fault.Message, StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);
    }

    /// <summary>Two models of one class have two decoders: the latents of one mean nothing to the other.</summary>
    [Fact]
    public void Pictures_of_a_guide_of_another_model_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var other = new SmallVae();
        using var guide = model.CreateGuide();
        var x = zeros(1, 64);
        Action[] uses =
        [
            () => Evaluate.Reconstructions(other, guide, [x]),
            () => Evaluate.Interpolate(other, guide, [x], [x], steps: 2),
            () => Evaluate.Traverse(other, guide, [x], "z", 0, [0]),
        ];
        foreach (var use in uses)
            Assert.Contains("another SmallVae", Assert.Throws<ArgumentException>(use).Message, StringComparison.Ordinal);
    }

    /// <summary>Batch norm without running statistics takes them over all samples of all rows, in evaluation mode too.</summary>
    [Fact]
    public void A_likelihood_whose_samples_depend_on_each_other_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new AnyDecoder(Sequential(Linear(3, 8), BatchNorm1d(8, track_running_stats: false), Linear(8, 64)));
        using var guide = model.CreateGuide();
        using var data = Dataset.From(rand(20, 64).round());
        Action[] uses =
        [
            () => Evaluate.NegativeLogLikelihood(model, guide, data, samples: 3),
            () => Evaluate.ParetoShape(model, guide, data, samples: 100),
            () => Evaluate.Bound(model, guide, data, Objective.Iwae(5)),
        ];
        foreach (var use in uses)
        {
            var fault = Assert.Throws<PplArgumentException>(use);
            Assert.Equal("x", fault.Site);
            Assert.Contains("computes over rows together", fault.Message, StringComparison.Ordinal);
        }

        Assert.True(double.IsFinite(Evaluate.Bound(model, guide, data).Bound));
    }

    [Fact]
    public void A_traversal_moves_one_coordinate()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(1);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        double[] values = [-2, 0, 1];
        var means = Evaluate.Traverse(model, guide, [x], "z", coordinate: 1, values).Mean;
        using var grad = no_grad();
        var column = model.Decoder.weight!.select(1, 1);
        Close(2 * column, means[1] - means[0]);
        Close(column, means[2] - means[1]);
        var fault = Assert.Throws<PplArgumentException>(() => Evaluate.Traverse(model, guide, [x], "w", 0, values));
        Assert.Contains("has z", fault.Message, StringComparison.Ordinal);
        Assert.Throws<PplArgumentException>(() => Evaluate.Traverse(model, guide, [x], "z", 2, values));
    }

    [Fact]
    public void A_manifold_is_a_grid_of_normal_quantiles()
    {
        using var scope = NewDisposeScope();
        using var model = Ppca.Model();
        var grid = Evaluate.Manifold(model, 2).Mean;
        const double Quartile = 0.67448975019608171;
        var z = tensor(new double[,] { { -Quartile, Quartile }, { Quartile, Quartile }, { -Quartile, -Quartile }, { Quartile, -Quartile } });
        using var grad = no_grad();
        Close(model.Decoder.call(z), grid);
        using var wide = new LinearGaussian(3, 5);
        Assert.Contains("has (3)", Assert.Throws<PplArgumentException>(() => Evaluate.Manifold(wide, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reconstructions_follow_the_data()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(200);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        var reconstruction = Evaluate.Reconstructions(model, guide, [x]);
        Assert.Equal([200, 5], reconstruction.Mean.shape);
        Assert.False(reconstruction.Mean.requires_grad);
        var spread = (x - x.mean([0])).square().mean().item<double>();
        Assert.True((x - reconstruction.Mean).square().mean().item<double>() < spread);
    }

    private static void Close(Tensor expected, Tensor actual) => Assert.True((expected - actual).abs().max().item<double>() < 1e-10);
}
