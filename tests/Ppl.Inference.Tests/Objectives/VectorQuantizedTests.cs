using Ppl.Data;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Latents that are rounded to a codebook: the objective and its gradients by hand, and runs that are resumed.</summary>
public sealed class VectorQuantizedTests
{
    private const double Commitment = 0.25;

    [Theory]
    [InlineData(null)]
    [InlineData(0.9)]
    public void Value_and_gradients_are_those_by_hand(double? decay)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = new Rounded(decay);
        var encoder = Linear(6, 6);
        var guide = model.CreateGuide(z: encoder);
        var x = randn(5, 6);
        var batch = guide.Batch(x);
        var objective = Objective.VectorQuantized(Commitment);
        guide.Prepare(batch);
        Assert.DoesNotContain(guide.parameters(), p => p.shape.SequenceEqual(model.Codebook.Vectors.shape));
        using var result = objective.Accumulate(guide, batch);
        var found = Gradients(model, encoder);

        // By hand: the decoder's gradient goes to the encoder as if nothing was rounded.
        var z = encoder.call(x).reshape(5, 3, 2);
        var e = model.Codebook.Lookup(model.Codebook.Nearest(z));
        var decoded = model.Decoder.call((e.detach() + z - z.detach()).flatten(1));
        var likelihood = new Normal(decoded, 1).LogProb(x).sum([1]);
        var elbo = likelihood - (3 * Math.Log(4));
        var penalty = Commitment * (z - e.detach()).square().sum([1, 2]);
        if (decay is null) penalty = penalty + (z.detach() - e).square().sum([1, 2]);
        Assert.Equal((elbo - penalty).mean().item<float>(), result.Bound, 1e-4);
        var read = result.Read();
        Assert.Equal(3 * Math.Log(4), read.Kl, 1e-5);
        Assert.Equal(penalty.mean().item<float>(), read.Penalty, 1e-4);
        Assert.Equal(elbo.mean().item<float>(), objective.Measured.Evaluate(guide, batch).Bound, 1e-4);

        encoder.zero_grad();
        model.zero_grad();
        (penalty - elbo).mean().backward();
        foreach (var (expected, actual) in Gradients(model, encoder).Zip(found)) Assert.True((expected - actual).abs().max().item<float>() < 1e-5);
        model.Dispose();
        guide.Dispose();
    }

    /// <summary>The plain ELBO leaves the vectors alone, and has no gradient for them.</summary>
    [Fact]
    public void The_likelihood_does_not_move_the_codebook()
    {
        using var scope = NewDisposeScope();
        var model = new Rounded(null);
        var guide = model.CreateGuide(z: Linear(6, 6));
        var batch = guide.Batch(randn(5, 6));
        guide.Prepare(batch);
        Objective.Elbo().Accumulate(guide, batch).Dispose();
        Assert.True(model.Codebook.Vectors.grad is null || model.Codebook.Vectors.grad.abs().max().item<float>() == 0);
        model.Dispose();
        guide.Dispose();
    }

    /// <summary>Vectors, counts, sums and what waits for the next pass are in checkpoints.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0.9)]
    public void A_resumed_run_has_the_bits_of_the_uninterrupted_one(double? decay)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var data = Dataset.From(randn(50, 6));
        var whole = State(svi => svi.Fit(data, 4, 16));
        State(svi => svi.Fit(data, 2, 16, options: new FitOptions { Checkpoint = folder.File("half.ppl") }));
        var resumed = State(svi =>
        {
            svi.Restore(folder.File("half.ppl"));
            svi.Fit(data, 2, 16);
        });
        Assert.Equal(decay is null ? 5 : 9, whole.Count);
        Assert.All(whole.Zip(resumed), pair => Assert.True(pair.First.bytes.SequenceEqual(pair.Second.bytes)));

        List<Tensor> State(Action<Svi> train)
        {
            manual_seed(1);
            var model = new Rounded(decay);
            var guide = model.CreateGuide(z: Linear(6, 6));
            using var svi = new Svi(
                model, guide, Objective.VectorQuantized(), p => optim.Adam(p, 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet });
            train(svi);
            return [.. model.state_dict().Values.Concat(guide.state_dict().Values).Select(t => t.detach().clone())];
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.9)]
    public void Training_finds_the_clusters_of_the_data(double? decay)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var centres = randn(4, 6) * 3;
        var x = centres.repeat(30, 1) + (0.1 * randn(120, 6));
        var model = new Rounded(decay);
        var guide = model.CreateGuide(z: Linear(6, 6));
        guide.Prepare(guide.Batch(x));
        model.Codebook.StartAtMeans(guide.z.Encode(x) is Quantized q ? q.Location : x);
        using var svi = new Svi(
            model, guide, Objective.VectorQuantized(), p => optim.Adam(p, 0.02), new SviSettings { Reporter = ITrainingReporter.Quiet });
        var before = svi.Evaluate(Dataset.From(x)).Bound;
        svi.Fit([x], steps: 300);
        var after = svi.Evaluate(Dataset.From(x));
        Assert.True(after.Bound > before + 5, $"{before} to {after}");
        Assert.Equal(3 * Math.Log(4), after.Kl, 1e-4);

        // What is drawn from the prior are vectors of the codebook.
        Assert.Null(new Codeword(model.Codebook).FindValueFault(model.Simulate(7).z));
        model.Dispose();
        guide.Dispose();
    }

    /// <summary>The averages move before it is known whether the step will be made.</summary>
    [Fact]
    public void A_refused_step_leaves_the_averages()
    {
        using var scope = NewDisposeScope();
        var model = new Rounded(0.9);
        var guide = model.CreateGuide(z: Linear(6, 6));
        using var svi = new Svi(
            model, guide, Objective.VectorQuantized(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var x = randn(5, 6);
        svi.Step(x);
        List<Tensor> State() => [.. model.buffers().Select(buffer => buffer.clone())];
        var before = State();
        svi.Step(x);
        Assert.Contains(State().Zip(before), pair => !pair.First.eq(pair.Second).all().item<bool>());
        before = State();
        x[3, 1] = float.PositiveInfinity;
        Assert.Throws<NonFiniteException>(() => svi.Step(x));
        Assert.All(State().Zip(before), pair => Assert.True(pair.First.eq(pair.Second).all().item<bool>()));
        model.Dispose();
        guide.Dispose();
    }

    /// <summary>All draws are one code: weights of many would be those of one, and a likelihood by them the ELBO.</summary>
    [Fact]
    public void Importance_weights_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new Rounded(null);
        using var guide = model.CreateGuide(z: Linear(6, 6));
        using var data = Dataset.From(randn(5, 6));
        var batch = guide.Batch(data.All()[0]);
        guide.Prepare(batch);
        foreach (var objective in new[] { Objective.Iwae(3), Objective.Renyi(0.5, 3), Objective.Piwae(2, 3), Objective.WakeSleep(3) })
            Refused(() => objective.Evaluate(guide, batch));
        Refused(() => Evaluate.NegativeLogLikelihood(model, guide, data, 10));
        Assert.True(double.IsFinite(Evaluate.Bound(model, guide, data).Bound));

        static void Refused(Action measure) =>
            Assert.Contains("one code of the codebook", Assert.Throws<PplArgumentException>(measure).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// log q of a code is 0: a path gradient drops nothing, with averages it would meet vectors that have moved since the draw; and a divergence that
    /// is a constant is moved by no weight, reaches no capacity and meets no constraint.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0.9)]
    public void What_a_code_has_no_share_in_is_refused(double? decay)
    {
        using var scope = NewDisposeScope();
        using var model = new Rounded(decay);
        using var guide = model.CreateGuide(z: Linear(6, 6));
        using var svi = new Svi(model, guide, Objective.VectorQuantized(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var x = randn(5, 6);
        svi.Step(x);
        foreach (var path in new[] { Objective.Elbo(gradient: GradientForm.StickingTheLanding), Objective.Elbo(3, gradient: GradientForm.StickingTheLanding) })
            Refused("no direct gradient of it to drop", path);
        foreach (var weighted in new[]
        {
            Objective.Elbo(beta: 4), Objective.Capacity(5, 10), Objective.FreeBits(1), Objective.Constrained(1), Objective.Geco(-5),
        })
        {
            Refused("that of a code of a codebook is a constant", weighted);
        }

        svi.Step(x);
        Assert.Contains(
            "whose log q is 0",
            Assert.Throws<ArgumentException>(() => Objective.Supervised(Objective.VectorQuantized(), 1)).Message,
            StringComparison.Ordinal);

        void Refused(string reason, Objective objective) =>
            Assert.Contains(reason, Assert.Throws<PplArgumentException>(() => svi.Objective = objective).Message, StringComparison.Ordinal);
    }

    /// <summary>Moving averages take in one latent a pass; by gradient the vectors learn from all.</summary>
    [Fact]
    public void A_codebook_of_moving_averages_is_of_one_latent()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var averaged = new Twice(0.9);
        using var guide = averaged.CreateGuide();
        var x = randn(8, 6);
        Assert.Contains(
            "b and a are rounded to one codebook of moving averages",
            Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(x))).Message,
            StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);
        using var learnt = new Twice(null);
        using var other = learnt.CreateGuide();
        var batch = other.Batch(x);
        other.Prepare(batch);
        Objective.VectorQuantized().Accumulate(other, batch).Dispose();
    }

    [Fact]
    public void What_means_nothing_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.VectorQuantized(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.VectorQuantized(0.25, double.NaN));
        var model = new Loose();
        var guide = model.CreateGuide();
        var batch = guide.Batch(randn(5, 6));
        guide.Prepare(batch);
        var fault = Assert.Throws<PplArgumentException>(() => Objective.VectorQuantized().Evaluate(guide, batch));
        Assert.Contains("no latent of Loose is rounded to a codebook", fault.Message, StringComparison.Ordinal);

        // A table of one's own does not say where its vectors are learnt.
        var bare = new Bare();
        var own = bare.CreateGuide();
        fault = Assert.Throws<PplArgumentException>(() => own.Prepare(own.Batch(randn(5, 6))));
        Assert.Contains("write Sample(Codeword(codebook))", fault.Message, StringComparison.Ordinal);
        Assert.Equal("z", fault.Site);

        // A family over the reals is none for it.
        var rounded = new Rounded(null);
        var diagonal = rounded.CreateGuide(z: Posterior.Diagonal());
        fault = Assert.Throws<PplArgumentException>(() => diagonal.Prepare(diagonal.Batch(randn(5, 6))));
        Assert.Contains("Codeword is discrete", fault.Message, StringComparison.Ordinal);
    }

    private static List<Tensor> Gradients(Rounded model, Module encoder) =>
        [.. model.parameters().Concat(encoder.parameters()).Select(p => p.grad?.clone() ?? zeros_like(p))];
}

/// <summary>Three vectors of a codebook of four, and data with noise.</summary>
public sealed partial class Rounded : GenerativeModel
{
    private readonly Codebook codebook;
    private readonly Module<Tensor, Tensor> decoder = Linear(6, 6);

    public Rounded(double? decay)
    {
        codebook = new(4, 2, decay);
        RegisterComponents();
    }

    public Codebook Codebook => codebook;

    public Module<Tensor, Tensor> Decoder => decoder;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Codeword(codebook).Expand(3));
        Observe(x, Normal(decoder.call(z.flatten(1)), 1));
    }
}

/// <summary>Two latents of one codebook.</summary>
public sealed partial class Twice : GenerativeModel
{
    private readonly Codebook codebook;
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6);

    public Twice(double? decay)
    {
        codebook = new(4, 2, decay);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Sample(Codeword(codebook));
        var b = Sample(Codeword(codebook));
        Observe(x, Normal(decoder.call(a + b), 1));
    }
}

/// <summary>The vectors are no codebook's.</summary>
public sealed partial class Bare : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Codeword(eye(6)));
        Observe(x, Normal(z, 1));
    }
}

/// <summary>Nothing is rounded.</summary>
public sealed partial class Loose : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(6));
        Observe(x, Normal(z, 1));
    }
}
