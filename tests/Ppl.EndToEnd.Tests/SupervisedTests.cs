using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>log q of what is known, which no bound has, trains the encoder that the bound leaves out.</summary>
public sealed class SupervisedTests
{
    /// <summary>q(z | y) = N(y / 2, 1/2): the objective is the bound and 3 log q(z | y) of the rows in which z is known.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void It_adds_log_q_of_what_is_known(int particles)
    {
        using var scope = NewDisposeScope();
        var (model, guide, batch) = Known([double.NaN, 0.5, double.NaN, -0.4]);
        double Log(double value, double mean) => (-0.5 * Math.Log(Math.PI)) - ((value - mean) * (value - mean));
        var known = Log(0.5, -0.6) + Log(-0.4, 0.35);
        foreach (var inner in new[] { Objective.Elbo(particles), Objective.Elbo(particles, KlForm.Sampled), Objective.Iwae(particles) })
        {
            var bound = Value(inner, guide, batch);
            Assert.Equal(bound + (3 * known / 4), Value(Objective.Supervised(inner, 3), guide, batch), 1e-10);
            Assert.Equal(bound, Value(Objective.Supervised(inner, 0), guide, batch), 1e-10);
        }

        // What it adds is no site's part.
        using (var result = Objective.Supervised(Objective.Elbo(particles), 3).Evaluate(guide, batch))
        {
            var read = result.Read();
            Assert.Equal(-3 * known / 4, read.Penalty, 1e-10);
            Assert.Equal(read.Reconstruction - read.Kl - read.Penalty, read.Bound, 1e-10);
        }

        // The rows of a mini-batch stand for all.
        var part = guide.Batch([batch[0], batch[1], batch[2]], [40]);
        Assert.Equal(Value(Objective.Supervised(Objective.Elbo(), 3), guide, batch), Value(Objective.Supervised(Objective.Elbo(), 3), guide, part), 1e-10);
        model.Dispose();
        guide.Dispose();
    }

    /// <summary>Where everything is known the bound has no gradient for the encoder; that of the objective is the one of log q, by hand.</summary>
    [Fact]
    public void Its_gradient_is_that_of_log_q_at_the_known_values()
    {
        using var scope = NewDisposeScope();
        var (model, guide, batch) = Known([0.1, 0.5, 1.5, -0.4]);
        var parameters = guide.parameters().ToList();
        Tensor[] Gradient(Objective objective)
        {
            guide.zero_grad();
            objective.Accumulate(guide, batch).Dispose();
            return [.. parameters.Select(p => p.grad?.clone() ?? zeros_like(p))];
        }

        Assert.All(Gradient(Objective.Supervised(Objective.Elbo(), 0)), g => Assert.Equal(0, g.abs().max().ToDouble()));
        var found = Gradient(Objective.Supervised(Objective.Elbo(), 2));
        guide.zero_grad();
        var q = guide.z.Encode(batch[0]);
        (-2 * q.LogProb(batch[1]).sum() / 4).backward();
        Assert.Contains(found, g => g.abs().max().ToDouble() > 0.1);
        foreach (var (parameter, gradient) in parameters.Zip(found))
            Assert.True((parameter.grad! - gradient).abs().max().ToDouble() < 1e-12);
        model.Dispose();
        guide.Dispose();
    }

    /// <summary>At fixed noise the objective's gradient is that of finite differences, beside latents that are drawn and see the known ones.</summary>
    [Theory]
    [InlineData("Labels", 1)]
    [InlineData("Labels", 3)]
    [InlineData("Measured", 2)]
    [InlineData("Guesses, told", 2)]
    public void Its_gradient_is_that_of_finite_differences(string name, int particles)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 5);
        var objective = Objective.Supervised(Objective.Elbo(particles, KlForm.Sampled), 1.5);
        double At() => Value(objective, pass.Guide, pass.Batch, seed: 4);
        pass.Guide.zero_grad();
        using (manual_seed(4))
        {
        }

        objective.Accumulate(pass.Guide, pass.Batch).Dispose();
        using var grad = no_grad();
        foreach (var parameter in pass.Guide.parameters().Where(p => p.grad is not null))
        {
            // A short way crosses no kink of a rectified unit.
            var direction = randn_like(parameter) / Math.Sqrt(parameter.numel());
            var slope = -(parameter.grad! * direction).sum().ToDouble();
            const double step = 1e-6;
            parameter.add_(direction * step);
            var above = At();
            parameter.sub_(direction * (2 * step));
            var below = At();
            parameter.add_(direction * step);
            Assert.Equal(slope, (above - below) / (2 * step), 1e-5 * (1 + Math.Abs(slope)));
        }
    }

    /// <summary>
    /// Labels in all rows teach q(z | y) nothing by the bound; by their log q it learns at least the regression of z on y with one variance, which is
    /// one of the normals that it has.
    /// </summary>
    [Fact]
    public void Training_learns_the_encoder_from_known_rows()
    {
        using var scope = NewDisposeScope();
        var (model, guide, batch) = Known([1.0, -3.0, 3.4, 0.8]);
        using var svi = new Svi(
            model, guide, Objective.Supervised(Objective.Elbo(), 1), parameters => optim.Adam(parameters, 0.05),
            new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Fit([batch[0], batch[1], batch[2]], steps: 800);

        var (y, z) = (batch[0].squeeze(1), batch[1].squeeze(1));
        var slope = ((y - y.mean()) * (z - z.mean())).sum() / (y - y.mean()).square().sum();
        var residual = z - z.mean() - (slope * (y - y.mean()));
        var regression = -2 * (Math.Log(2 * Math.PI * residual.square().mean().ToDouble()) + 1);
        Assert.True(guide.z.Encode(batch[0]).LogProb(batch[1]).sum().ToDouble() > regression - 1e-3);
        model.Dispose();
        guide.Dispose();
    }

    [Fact]
    public void It_is_refused_where_it_means_nothing()
    {
        using var pass = Pass.Prepare(Models.Get("Vae"));
        var objective = Objective.Supervised(Objective.Elbo(), 0.1);
        foreach (var call in new Action[]
        {
            () => objective.Evaluate(pass.Guide, pass.Batch), () => objective.Accumulate(pass.Guide, pass.Batch),
            () => new Svi(pass.Model, pass.Guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet }).Step(pass.Batch),
        })
        {
            Assert.Equal(
                "ELBO, with 0.1 log q of what is known: nothing is known of any latent of Vae, Sample(..., observed: y, where: told), so that there is "
                + "nothing to learn from. Use ELBO.",
                Assert.Throws<PplArgumentException>(call).Message);
        }

        using var blind = Pass.Prepare(Models.Get("Guesses, blind"));
        Assert.Throws<PplArgumentException>(() => objective.Evaluate(blind.Guide, blind.Batch));
        Assert.Throws<ArgumentException>(() => Objective.Supervised(Objective.Elbo(gradient: GradientForm.StickingTheLanding), 1));
        Assert.Throws<ArgumentException>(() => Objective.Supervised(objective, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Supervised(Objective.Elbo(), double.NaN));
        using var point = Pass.Prepare(Models.Get("Labels"), guide: model => ((Labels)model).CreateGuide(score: Posterior.Delta()));
        Assert.StartsWith(
            "score: ELBO, with 0.1 log q of what is known: its family in the guide is a point",
            Assert.Throws<PplArgumentException>(() => objective.Evaluate(point.Guide, point.Batch)).Message, StringComparison.Ordinal);
    }

    private static double Value(Objective objective, Guide guide, Batch batch, long seed = 2)
    {
        using (manual_seed(seed))
        {
        }

        using var result = objective.Evaluate(guide, batch);
        return result.Bound;
    }

    /// <summary>y ~ N(z, 1) with q(z | y) = N(y / 2, 1/2).</summary>
    private static (KnownMeans Model, KnownMeans.Guide Guide, Batch Batch) Known(double[] z)
    {
        var model = new KnownMeans();
        var guide = model.CreateGuide(z: Posterior.Diagonal(Linear(1, 1, dtype: ScalarType.Float64)));
        var told = tensor(z).unsqueeze(1);
        var batch = guide.Batch(tensor(new[] { 0.3, -1.2, 2.0, 0.7 }).unsqueeze(1), told, told.squeeze(1).isfinite());
        guide.Prepare(batch);
        using var grad = no_grad();
        var head = guide.z.Head.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        guide.z.Network!.get_parameter("weight")!.fill_(1);
        guide.z.Network.get_parameter("bias")!.fill_(0);
        head["linear.weight"].copy_(tensor(new[,] { { 0.5 }, { 0 } }));
        head["linear.bias"].copy_(tensor(new[] { 0, 0.5 * Math.Log(0.5) }));
        return (model, guide, batch);
    }
}
