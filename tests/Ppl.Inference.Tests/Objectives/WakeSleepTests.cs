using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Inference.Tests.EndToEnd;
using Ppl.Inference.Tests.Plates;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Reweighted wake-sleep: its gradients by hand, and where it leads.</summary>
public sealed class WakeSleepTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = Ppca.Data(16);
    private readonly LinearGaussian model = Ppca.Model();
    private readonly LinearGaussian.Guide guide;

    public WakeSleepTests()
    {
        guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.1);
    }

    public void Dispose()
    {
        guide.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void The_wake_gradient_of_the_guide_is_that_of_the_weighted_log_density()
    {
        var expected = ByHand(() =>
        {
            var draws = guide.Draw(guide.Batch(x), 5);
            var (q, z) = (draws.Distributions[0], draws.Latents[0].detach().reshape(5, 16, 2));
            var logQ = LogDensity(z, q.Mean.reshape(1, 16, 2), q.Variance.reshape(1, 16, 2));
            var ones = ones_like(z);
            var noise = (2 * model.LogNoise).exp().detach();
            var mean = z.matmul(model.Decoder.weight!.t().detach()) + model.Decoder.bias!.detach();
            var logJoint = LogDensity(z, zeros_like(z), ones) + LogDensity(x.unsqueeze(0), mean, noise.expand(mean.shape));
            var weights = (logJoint - logQ.detach()).softmax(0);
            return -(weights * logQ).sum() / 16;
        });
        Gradients.Close(expected, Gradients.Of(Objective.WakeSleep(5), guide, guide, guide.Batch(x), 3), 1e-10);
        Assert.True(Gradients.Largest(expected) > 1e-2);
    }

    [Fact]
    public void The_models_gradient_is_that_of_iwae()
    {
        var expected = Gradients.Of(Objective.Iwae(5), guide, model, guide.Batch(x), 3);
        foreach (var sleep in new[] { 0, 0.4, 1 })
            Gradients.Close(expected, Gradients.Of(Objective.WakeSleep(5, sleep), guide, model, guide.Batch(x), 3), 1e-10);
    }

    [Fact]
    public void The_sleep_gradient_is_that_of_the_log_density_at_what_the_model_draws()
    {
        var expected = ByHand(() =>
        {
            Tensor z, dreamt;
            using (no_grad())
            {
                guide.Draw(guide.Batch(x), 5);
                var joint = ((IGeneratedModel)model).Simulate([16], []);
                (z, dreamt) = (joint.Latents[0], joint.Observed[0].Value);
            }

            var q = guide.Draw(guide.Batch(dreamt), 1).Distributions[0];
            return -LogDensity(z, q.Mean, q.Variance).mean();
        });
        Gradients.Close(expected, Gradients.Of(Objective.WakeSleep(5, sleep: 1), guide, guide, guide.Batch(x), 3), 1e-10);
        var wake = Gradients.Of(Objective.WakeSleep(5), guide, guide, guide.Batch(x), 3);
        var mixed = Gradients.Of(Objective.WakeSleep(5, sleep: 0.25), guide, guide, guide.Batch(x), 3);
        Gradients.Close([.. wake.Zip(expected, (a, b) => (0.75 * a) + (0.25 * b))], mixed, 1e-10);
    }

    /// <summary>
    /// The posterior of the fixed model is in the family, and both phases end there: KL(q || p(z | x)), the evidence less the ELBO, falls from
    /// above 0.4 to below 0.02 nats.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void The_guide_becomes_the_posterior(double sleep)
    {
        Tensor data;
        using (manual_seed(12))
        using (no_grad()) data = ((IGeneratedModel)model).Simulate([100], []).Observed[0].Value;
        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(model, guide, Objective.WakeSleep(20, sleep), p => optim.Adam(p, 1e-2), settings);
        var before = Gap(data);
        for (var step = 0; step < 600; step++) svi.Step(data);
        foreach (var group in new[] { 3e-3, 1e-3 })
        {
            using var slower = new Svi(model, guide, Objective.WakeSleep(20, sleep), p => optim.Adam(p, group), settings);
            for (var step = 0; step < 300; step++) slower.Step(data);
        }

        Assert.True(before > 0.4 && Gap(data) < 0.02, $"{before} to {Gap(data)}");
    }

    [Fact]
    public void Families_need_not_be_reparameterized()
    {
        using var unpathed = new Unpathed(model);
        unpathed.Prepare(unpathed.Batch(x));
        Ppca.SetLinear(unpathed.z, zeros(2, 5, ScalarType.Float64), zeros(2, ScalarType.Float64), zeros(2, ScalarType.Float64));
        var batch = unpathed.Batch(x);
        Assert.False(unpathed.Draw(batch, 1).Distributions[0].IsReparameterized);
        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(model, unpathed, Objective.WakeSleep(20), p => optim.Adam(p, 2e-2), settings);
        for (var step = 0; step < 800; step++) svi.Step(x);
        using var value = Objective.Elbo(particles: 200, kl: KlForm.Sampled).Evaluate(unpathed, batch);
        Assert.Equal(Ppca.Evidence(model, x).mean().item<double>(), value.Bound, 0.1);
    }

    /// <summary>Backpropagation alone would leave out what follows the draw: the guide would go up something else than the bound.</summary>
    [Theory]
    [InlineData("ELBO")]
    [InlineData("IWAE")]
    [InlineData("PIWAE")]
    [InlineData("free bits")]
    [InlineData("sticking")]
    [InlineData("FactorVAE")]
    public void No_other_objective_trains_such_families(string name)
    {
        using var unpathed = new Unpathed(model);
        var batch = unpathed.Batch(x);
        unpathed.Prepare(batch);
        var discriminator = nn.Linear(2, 1, dtype: ScalarType.Float64);
        var objective = name switch
        {
            "ELBO" => Objective.Elbo(),
            "IWAE" => Objective.Iwae(5),
            "PIWAE" => Objective.Piwae(2, 2),
            "free bits" => Objective.FreeBits(1, kl: KlForm.Sampled),
            "sticking" => Objective.Elbo(gradient: GradientForm.StickingTheLanding),
            _ => Objective.FactorVae(discriminator, 1),
        };
        var fault = Assert.Throws<PplArgumentException>(() => objective.Accumulate(unpathed, batch));
        Assert.Equal("z", fault.Site);
        Assert.Contains("is not reparameterized", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Objective.WakeSleep", fault.Message, StringComparison.Ordinal);

        // Nothing of the guide is trained, or nothing is: both go.
        foreach (var parameter in unpathed.parameters()) parameter.requires_grad = false;
        if (name is "ELBO" or "IWAE") objective.Accumulate(unpathed, batch).Dispose();
        objective.Evaluate(unpathed, batch).Dispose();
    }

    [Fact]
    public void Latents_outside_the_rows_are_refused()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        var fault = Assert.Throws<PplArgumentException>(() => Objective.WakeSleep(4).Accumulate(example.Guide, example.Batch));
        Assert.Equal("mu", fault.Site);
        Assert.Contains("one draw, whose weight is 1", fault.Message, StringComparison.Ordinal);
    }

    private double Gap(Tensor data)
    {
        using var seed = manual_seed(2);
        using var elbo = Objective.Elbo(particles: 200).Evaluate(guide, guide.Batch(data));
        return Ppca.Evidence(model, data).mean().item<double>() - elbo.Bound;
    }

    private double[] ByHand(Func<Tensor> loss)
    {
        guide.zero_grad();
        using (manual_seed(3)) loss().backward();
        return [.. guide.parameters().SelectMany(p => p.grad!.data<double>().ToArray())];
    }

    private static Tensor LogDensity(Tensor value, Tensor mean, Tensor variance) =>
        (-0.5 * (((value - mean).square() / variance) + variance.log() + Math.Log(2 * Math.PI))).sum(-1);

    /// <summary>The guide with a family that draws without a path.</summary>
    private sealed class Unpathed : Guide
    {
        public Unpathed(LinearGaussian model) : base(model)
        {
            z = Register(model.Plan.Sites[0], Posterior.Default(hidden: []));
            Steps = Connect(new GuideStep("z", ["x"]));
        }

        public Networks.Encoder z { get; }

        public override IReadOnlyList<GuideStep> Steps { get; }

        protected override void Infer(GuidePass pass)
        {
            if (!IsPrepared) pass.Latent(LatentSites[0], z, pass.Input(0));
            else
            {
                var encoded = (Linear: z.named_parameters().First(p => p.name.EndsWith("weight", StringComparison.Ordinal)).parameter,
                    Bias: z.named_parameters().First(p => p.name.EndsWith("bias", StringComparison.Ordinal)).parameter);
                var output = pass.Input(0).matmul(encoded.Linear.t()) + encoded.Bias;
                pass.Latent(LatentSites[0], new WithoutPath(Normal.FromLogScale(output.narrow(1, 0, 2), output.narrow(1, 2, 2))));
            }
        }
    }

    /// <summary>A distribution that says that its draws are no functions of its parameters.</summary>
    [Family(Support.Inherited)]
    private sealed class WithoutPath(Distribution inner) : Distribution
    {
        public override long[] Shape => inner.Shape;

        public override Constraint ValueConstraint => inner.ValueConstraint;

        public override bool IsReparameterized => false;

        public override Tensor Mean => inner.Mean;

        public override Tensor Variance => inner.Variance;

        public override Tensor Sample(long[] sampleShape, Generator? generator) => inner.Sample(sampleShape, generator).detach();

        public override Tensor LogProb(Tensor value) => inner.LogProb(value);

        public override Tensor Entropy() => inner.Entropy();

        public override Distribution With(Func<Tensor, Tensor> map) => new WithoutPath(inner.With(map));

        public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => new WithoutPath(inner.Map(map, batch));

        public override Distribution Expand(params long[] sizes) => new WithoutPath(inner.Expand(sizes));

        public override ValueFault? FindParameterFault() => inner.FindParameterFault();

        public override ValueFault? FindValueFault(Tensor value) => inner.FindValueFault(value);
    }
}
