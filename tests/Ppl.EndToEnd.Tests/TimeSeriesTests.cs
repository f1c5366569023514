using Ppl.Contracts;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Models of time: data observed slice by slice, against a Kalman filter and the joint normal distribution written here.</summary>
public sealed class TimeSeriesTests
{
    private const int Steps = 4;

    // The constants of the model in the catalogue.
    private const double StartMean = 0.25, StartScale = 1.5, Transition = 0.5, Noise = 0.7;

    [Fact]
    public void The_joint_density_is_the_product_of_the_factors()
    {
        using var pass = Pass.Prepare(StateSpace.Entry, rows: 3);
        var model = (StateSpace)pass.Model;
        var (decay, loading) = Parameters(model);
        var x = pass.Batch[0];
        Tensor[] z = [.. Enumerable.Range(0, Steps).Select(_ => randn(3, dtype: ScalarType.Float64))];
        var expected = LogNormal(z[0], full_like(z[0], StartMean), StartScale) + LogNormal(x.select(1, 0), loading * z[0], Noise);
        for (var t = 1; t < Steps; t++)
            expected = expected + LogNormal(z[t], decay * z[t - 1], Transition) + LogNormal(x.select(1, t), loading * z[t], Noise);
        Assert.True((model.LogJoint(new StateSpace.Latents(z), x) - expected).abs().max().item<double>() < 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_bound_is_the_evidence_of_a_Kalman_filter_at_the_exact_posterior(int particles)
    {
        using var pass = Pass.Prepare(StateSpace.Entry, rows: 6, guide: m => ((StateSpace)m).CreateGuide(Posterior.Diagonal(hidden: [])));
        var guide = (StateSpace.Guide)pass.Guide;
        var x = pass.Batch[0];
        SetPosterior(guide.z, pass.Model);
        var weight = pass.Guide.Terms(pass.Guide.Draw(pass.Batch, particles), TermForm.Sampled).Groups.Single().LogWeight;
        var evidence = Kalman(pass.Model, x);
        Assert.Equal([particles, 6], weight.shape);
        var far = (weight - evidence).abs().max().item<double>();
        Assert.True(far < 1e-6, $"bound {weight.mean().item<double>()}, evidence {evidence.mean().item<double>()}, {far} at most");
        Assert.Equal(evidence.mean().item<double>(), Objective.Iwae(2).Evaluate(guide, pass.Batch).Bound, 1e-6);
    }

    [Fact]
    public void Mini_batches_have_the_bound_of_the_whole_on_average()
    {
        using var pass = Pass.Prepare(StateSpace.Entry, rows: 6, guide: m => ((StateSpace)m).CreateGuide(Posterior.Diagonal(hidden: [])));
        SetPosterior(((StateSpace.Guide)pass.Guide).z, pass.Model);
        double Bound(Batch batch) => pass.Guide.Terms(pass.Guide.Draw(batch, 1), TermForm.Sampled).Groups.Single().LogWeight.mean().item<double>();
        var parts = Enumerable.Range(0, 3).Select(i => Bound(pass.Guide.Batch([pass.Batch[0].narrow(0, 2 * i, 2)], totals: [6])));
        Assert.Equal(Bound(pass.Batch), parts.Average(), 1e-12);
    }

    [Fact]
    public void A_simulation_puts_the_slices_together()
    {
        using var scope = NewDisposeScope();
        using var model = new DeepMarkov(3);
        var joint = model.Simulate(7);
        Assert.Equal([7, 3, 5], joint.x.Value.shape);
        Assert.Equal([7, 3, 5], joint.x.Mean.shape);
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(joint.x.Value));
        var posterior = guide.Posterior(joint.x.Value, samples: 4);
        var predicted = model.Predict(posterior);
        Assert.Equal([4, 7, 3, 5], predicted.x.Value.shape);
        Assert.Equal([4, 7, 3, 5], predicted.x.Mean.shape);
        Assert.Equal([4, 7], model.LogJoint(posterior, joint.x.Value).shape);
        Assert.Equal([7, 3, 5], guide.Reconstruct(joint.x.Value).x.Value.shape);

        // Sample 2 alone: particles are told apart from rows and slices.
        var one = model.Predict(new DeepMarkov.Latents([.. posterior.z.Select(z => z[2])]));
        Assert.True((predicted.x.Mean[2] - one.x.Mean).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void An_autoregression_simulates_from_the_slices_it_has_drawn()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var model = new Autoregression(50);
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(name == "step.weight" ? eye(2) * 0.99 : zeros_like(parameter));
        Seed(2);
        var x = model.Simulate(200).x.Value;
        Assert.False(x.isnan().any().item<bool>());

        // The regression of each slice on the one before, over 200 rows · 49 steps · 2: 0.99, with a standard error below 0.003.
        var (before, after) = (x.narrow(1, 0, 49), x.narrow(1, 1, 49));
        Assert.Equal(0.99, ((before * after).sum() / before.square().sum()).item<float>(), 0.015);
    }

    [Theory]
    [InlineData(5, "x: dimension 1 of the tensor, whose shape is (6, 5), has size 5, and the model observes 4 slices of it: x[4] is not observed.")]
    [InlineData(3, "x: dimension 1 of the tensor, whose shape is (6, 3), has size 3, and the model observes 4 slices of it: x[3] is not there.")]
    public void Data_of_another_length_are_refused(int length, string message)
    {
        using var scope = NewDisposeScope();
        using var model = new StateSpace(Steps);
        using var guide = model.CreateGuide();
        Assert.Equal(message, Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(6, length)))).Message);
        guide.Prepare(guide.Batch(randn(6, Steps)));
        Assert.Equal(message, Assert.Throws<PplShapeException>(() => guide.Draw(guide.Batch(randn(6, length)), 1)).Message);
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Dataset.From("x", ("x", randn(6, length)));
        Assert.Equal(message, Assert.Throws<PplShapeException>(() => svi.Fit(data, epochs: 1, batchSize: 3)).Message);
        Assert.Equal(
            "x: the tensor has shape (6); the model observes 4 slices of its dimension 1.",
            Assert.Throws<PplShapeException>(() => guide.Draw(guide.Batch(randn(6)), 1)).Message);
    }

    [Fact]
    public void The_interpreter_finds_slices_that_are_others_than_the_plan_has()
    {
        using var pass = Pass.Prepare(StateSpace.Entry, rows: 3);
        var z = pass.Values(pass.Guide.Draw(pass.Batch, 1), 0);
        using var altered = new Altered(pass.Generated, site => site.Name == "x[2]" ? site with { Name = "x[3]", Element = 3 } : site);
        Assert.Equal(
            "x[3]: the run observes a value of shape (3), which is not element 3 of dimension 1 of x, as the compiled plan has it.",
            Assert.Throws<PplArgumentException>(() => Interpreter.Replay(altered, pass.Batch, z)).Message);
    }

    [Fact]
    public void The_interpreter_finds_slices_that_are_left_out()
    {
        using var pass = Pass.Prepare(StateSpace.Entry, rows: 3);
        var z = pass.Values(pass.Guide.Draw(pass.Batch, 1), 0);
        var longer = pass.Guide.Batch(randn(3, 6, dtype: ScalarType.Float64));
        Assert.Equal(
            "x[4]: the run has not observed it.",
            Assert.Throws<PplShapeException>(() => Interpreter.Replay(pass.Generated, longer, z)).Message);
    }

    [Fact]
    public void A_deep_Markov_model_trains()
    {
        using var scope = NewDisposeScope();
        Seed(1);
        using var model = new DeepMarkov(4);
        using var guide = model.CreateGuide();

        // Each series shows one of two pictures at every step: what one slice shows tells the others.
        var picture = rand(200, 1, 1).round().expand(200, 4, 5) - tensor(new float[] { 0, 1, 0, 1, 0 });
        using var data = Dataset.From("pictures", ("x", picture.abs()));
        using var svi = new Svi(
            model, guide, Objective.Elbo(), p => optim.Adam(p, 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet, Seed = 3 });
        svi.Fit(data, epochs: 60, batchSize: 50);
        var bound = Evaluate.Bound(model, guide, data, Objective.Elbo()).Bound;

        // 20 pixels: log 2 each without learning; log 2 in all at best.
        Assert.InRange(bound, -6, -0.69);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(5, 1)]
    [InlineData(4, 2)]
    [InlineData(3, 12)]
    public void Loops_of_different_lengths_have_the_inverse_of_each_pair(int layers, int steps)
    {
        using var scope = NewDisposeScope();
        using var model = new TwoLengths(layers, steps);
        using var guide = model.CreateGuide();
        var z = Enumerable.Range(0, steps).Reverse().Select(t => t == steps - 1 ? $"q(z[{t}] | x)" : $"q(z[{t}] | x[..{t + 1}], z[{t + 1}])");
        var h = Enumerable.Range(0, layers).Select(l => l == 0 ? "q(h[0] | z[0])" : $"q(h[{l}] | h[{l - 1}])");
        Assert.Equal([.. z, .. h], guide.Steps.Select(step => step.ToString()));
        guide.Prepare(guide.Batch(randn(3, steps, 2)));
        Assert.Equal(layers + steps, guide.Draw(guide.Batch(randn(5, steps, 2)), 2).Latents.Count);
    }

    /// <summary>A model whose compiler has seen other sites than there are.</summary>
    private sealed class Altered(IGeneratedModel model, Func<SiteInfo, SiteInfo> change) : nn.Module(nameof(Altered)), IGeneratedModel
    {
        public ModelPlan Plan => model.Plan;

        public IReadOnlyList<int> Lengths(IReadOnlyList<int> lengths) => model.Lengths(lengths);

        public IReadOnlyList<SiteInfo> Sequence(IReadOnlyList<int> lengths) => [.. model.Sequence(lengths).Select(change)];

        public Ppl.Guide CreateGuide() => model.CreateGuide();

        public void Run(Ppl.Contracts.Pass pass, IReadOnlyList<Tensor?> inputs) => model.Run(pass, inputs);

        public void Invoke(IReadOnlyList<Tensor> inputs) => model.Invoke(inputs);
    }

    private static (Tensor Decay, Tensor Loading) Parameters(GenerativeModel model)
    {
        var named = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach());
        return (named["decay"], named["loading"]);
    }

    private static Tensor LogNormal(Tensor value, Tensor mean, double scale) =>
        -((value - mean) / scale).square() / 2 - Math.Log(scale) - (Math.Log(2 * Math.PI) / 2);

    /// <summary>log p(x) of each row: the filter predicts each slice from those before it.</summary>
    internal static Tensor Kalman(GenerativeModel model, Tensor x)
    {
        var (decay, loading) = Parameters(model);
        var (a, c) = (decay.item<double>(), loading.item<double>());
        var mean = zeros(x.shape[0], dtype: ScalarType.Float64) + StartMean;
        var variance = StartScale * StartScale;
        var evidence = zeros(x.shape[0], dtype: ScalarType.Float64);
        for (var t = 0; t < x.shape[1]; t++)
        {
            if (t > 0) (mean, variance) = (a * mean, (a * a * variance) + (Transition * Transition));
            var innovation = (c * c * variance) + (Noise * Noise);
            evidence = evidence + LogNormal(x.select(1, t), c * mean, Math.Sqrt(innovation));
            var gain = variance * c / innovation;
            (mean, variance) = (mean + (gain * (x.select(1, t) - (c * mean))), (1 - (gain * c)) * variance);
        }

        return evidence;
    }

    /// <summary>Sets each encoder to the regression of its latent on what it sees, in the joint normal distribution of all latents and data.</summary>
    internal static void SetPosterior(Networks.EncoderList encoders, GenerativeModel model)
    {
        var (decay, loading) = Parameters(model);
        var (a, c) = (decay.item<double>(), loading.item<double>());
        var (mean, covariance) = (zeros(2 * Steps, dtype: ScalarType.Float64), zeros(2 * Steps, 2 * Steps, dtype: ScalarType.Float64));
        var variance = new double[Steps];
        for (var t = 0; t < Steps; t++)
        {
            variance[t] = t == 0 ? StartScale * StartScale : (a * a * variance[t - 1]) + (Transition * Transition);
            mean[t] = StartMean * Math.Pow(a, t);
            mean[Steps + t] = c * StartMean * Math.Pow(a, t);
        }

        for (var s = 0; s < Steps; s++)
        {
            for (var t = 0; t < Steps; t++)
            {
                var cov = variance[Math.Min(s, t)] * Math.Pow(a, Math.Abs(s - t));
                covariance[s, t] = cov;
                covariance[s, Steps + t] = c * cov;
                covariance[Steps + t, s] = c * cov;
                covariance[Steps + s, Steps + t] = (c * c * cov) + (s == t ? Noise * Noise : 0);
            }
        }

        for (var t = 0; t < Steps; t++)
        {
            // x[0..t], then z[t + 1].
            long[] next = t + 1 < Steps ? [t + 1] : [];
            long[] seen = [.. Enumerable.Range(0, t + 1).Select(s => (long)Steps + s), .. next];
            var index = tensor(seen);
            var own = covariance.index_select(0, index).index_select(1, index);
            var cross = covariance[t].index_select(0, index);
            var weights = linalg.inv(own).matmul(cross);
            var scale = Math.Sqrt((covariance[t, t] - weights.dot(cross)).item<double>());
            var offset = (mean[t] - weights.dot(mean.index_select(0, index))).item<double>();
            using var grad = no_grad();
            var named = encoders[t].named_parameters().ToDictionary(p => p.name, p => p.parameter);
            named["head.linear.weight"].copy_(stack([weights, zeros_like(weights)]));
            named["head.linear.bias"].copy_(tensor(new[] { offset, Math.Log(scale) }));
        }
    }

    private static void Seed(long seed)
    {
        using var generator = manual_seed(seed);
    }
}
