using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>One encoder for all elements of an array of latents: <c>Posterior.Shared</c>.</summary>
public sealed class SharedEncoderTests
{
    private static readonly Dictionary<string, Func<GenerativeModel, Guide>> Guides = new()
    {
        ["StateSpace"] = m => ((StateSpace)m).CreateGuide(z: Posterior.Diagonal(hidden: [6]).Shared(5)),
        ["DeepMarkov"] = m => ((DeepMarkov)m).CreateGuide(z: Posterior.FullCovariance(hidden: [6]).Shared(5)),
        ["ForwardMarkov"] = m => ((ForwardMarkov)m).CreateGuide(z: Posterior.LowRank(1, hidden: []).Shared(5)),
        ["Memory"] = m => ((Memory)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(5)),
        ["TimeLast"] = m => ((TimeLast)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(5)),
        ["TwoLengths"] = m => ((TwoLengths)m).CreateGuide(h: Posterior.Default(hidden: [6]).Shared(), z: Posterior.Default(hidden: [6]).Shared(5)),
        ["Interleaved"] = m => ((Interleaved)m).CreateGuide(h: Posterior.Default(hidden: [6]).Shared(5)),
        ["Autoregression"] = m => ((Autoregression)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(5)),
        ["Lattice"] = m => ((Lattice)m).CreateGuide(h: Posterior.Default(hidden: [6]).Shared(5)),
        ["Gauges"] = m => ((Gauges)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(5)),
        ["Unequal"] = m => ((Unequal)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(5)),
        ["Series"] = m => ((Series)m).CreateGuide(h: Posterior.Default(hidden: [6]).Shared(5)),
    };

    public static TheoryData<string> Names => [.. Guides.Keys];

    /// <summary>The interpreter reads the slices of each factor by themselves, one particle at a time, and shares nothing.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_pass_that_all_factors_share_gives_what_each_sees_by_itself(string name)
    {
        foreach (var particles in new[] { 1, 3 })
        {
            using var pass = Pass.Prepare(Models.Get(name), disturb: 0.1, guide: Guides[name]);
            ParityTests.Agree(pass, particles);
        }
    }

    /// <summary>Mean field sees all slices in each factor, which is told apart by where it stands among them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Factors_that_see_everything_have_the_states_of_both_directions_at_their_own_slice(int particles)
    {
        using var pass = Pass.Prepare(
            IndependentStates.Entry, disturb: 0.1, guide: m => ((IndependentStates)m).CreateGuide(z: Posterior.Diagonal().Shared(4)));
        Assert.Equal(["q(z[0] | x) [shared]", "q(z[1] | x) [shared]", "q(z[2] | x) [shared]"], pass.Guide.Steps.Select(step => step.ToString()));
        ParityTests.Agree(pass, particles);
        var means = pass.Guide.Draw(pass.Batch, 1).Distributions.Select(q => q.Mean).ToList();
        Assert.True((means[0] - means[1]).abs().max().item<double>() > 1e-3);
    }

    /// <summary>Parts of a series are rows of the pass; what a series has for all of its parts is read for each.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_series_may_stand_in_several_plates(int particles)
    {
        using var pass = Pass.Prepare(
            PartsOfSeries.Entry, disturb: 0.1, guide: m => ((PartsOfSeries)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(4)));
        Assert.Contains("q(z[1] | x[..2], y[..2], z[2]) [shared]", pass.Guide.ToString(), StringComparison.Ordinal);
        ParityTests.Agree(pass, particles);
        var draws = pass.Guide.Draw(pass.Batch, particles, ParticleScope.Local);
        var folded = pass.Guide.Condition(draws, [.. draws.Latents.Select(z => z.detach())]);
        var one = pass.Guide.Terms(folded, Contracts.TermForm.Sampled);
        var other = pass.Guide.Terms(pass.Guide.Loop(folded), Contracts.TermForm.Sampled);
        Assert.True((ParityTests.Bound(one) - ParityTests.Bound(other)).abs().item<double>() < 1e-10);
    }

    /// <summary>The gated recurrent units, the layers and the densities are written out here.</summary>
    [Fact]
    public void The_density_and_its_gradient_are_those_of_an_unrolled_network()
    {
        using var pass = Pass.Prepare(StateSpace.Entry, rows: 4, disturb: 0.3, guide: Guides["StateSpace"]);
        var own = pass.Guide.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        Tensor Of(string name) => own["z.shared." + name];
        var draws = pass.Guide.Draw(pass.Batch, 1);
        Tensor[] z = [.. draws.Latents.Select(value => value.detach())];
        var found = pass.Guide.Condition(draws, z).Distributions.Zip(z).Select(pair => pair.First.LogDensity(pair.Second, 1)).ToList();

        var (state, states) = (zeros(4, 5, dtype: ScalarType.Float64), new List<Tensor>());
        for (var t = 0; t < 4; t++)
        {
            var fromInput = pass.Batch[0].select(1, t).unsqueeze(1).matmul(Of("recurrent.x.weight_ih_l0").t()) + Of("recurrent.x.bias_ih_l0");
            var fromState = state.matmul(Of("recurrent.x.weight_hh_l0").t()) + Of("recurrent.x.bias_hh_l0");
            Tensor[] i = fromInput.chunk(3, 1), h = fromState.chunk(3, 1);
            var (reset, update) = ((i[0] + h[0]).sigmoid(), (i[1] + h[1]).sigmoid());
            state = ((1 - update) * (i[2] + (reset * h[2])).tanh()) + (update * state);
            states.Add(state);
        }

        var expected = new List<Tensor>();
        for (var t = 0; t < 4; t++)
        {
            var next = t < 3 ? z[t + 1].unsqueeze(1) : Of("absent").expand(4, 1);
            var features = cat([states[t], next], 1).matmul(Of("network.0.weight").t()) + Of("network.0.bias");
            var outputs = features.relu().matmul(Of("head.linear.weight").t()) + Of("head.linear.bias");
            var (mean, log) = (outputs.select(1, 0), outputs.select(1, 1));
            expected.Add((-0.5 * ((z[t] - mean) / log.exp()).square()) - log - (0.5 * Math.Log(2 * Math.PI)));
        }

        Assert.All(expected.Zip(found), pair => Assert.True((pair.First - pair.Second).abs().max().item<double>() < 1e-12));
        var difference = pass.Gradient(stack([.. expected]).sum()) - pass.Gradient(stack([.. found]).sum());
        Assert.True(difference.abs().max().item<double>() < 1e-11);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void The_recurrent_pass_runs_once_over_the_rows_of_the_data(int particles)
    {
        using var pass = Pass.Prepare(Gauges.Entry, rows: 7, guide: Guides["Gauges"]);
        var shapes = new List<long[]>();
        var gru = pass.Guide.modules().OfType<GRU>().Single();
        gru.register_forward_pre_hook((_, input, start) =>
        {
            shapes.Add(input.shape);
            return (input, start);
        });
        pass.Guide.Draw(pass.Batch, particles);

        // Three slices of four numbers, and whether each is there.
        Assert.Equal([[7, 3, 5]], shapes);
    }

    [Fact]
    public void An_encoder_is_told_what_is_missing()
    {
        using var pass = Pass.Prepare(Gauges.Entry, rows: 6, disturb: 0.3, guide: Guides["Gauges"]);
        var (x, there) = (zeros(6, 3, 4, dtype: ScalarType.Float64), pass.Batch[1]);
        Tensor Last(Tensor mask) => pass.Guide.Draw(pass.Guide.Batch(x, mask), 1).Distributions[2].Mean;
        var difference = (Last(there) - Last(ones_like(there))).abs().sum(-1);
        Assert.Equal(there.all(1).logical_not().data<bool>().ToArray(), difference.gt(1e-6).data<bool>().ToArray());
    }

    [Fact]
    public void Parameters_do_not_depend_on_the_number_of_steps()
    {
        using var scope = NewDisposeScope();
        using var few = new StateSpace(3);
        using var many = new StateSpace(9);
        using var short_ = few.CreateGuide(z: Posterior.Default(hidden: [8]).Shared(5));
        using var long_ = many.CreateGuide(z: Posterior.Default(hidden: [8]).Shared(5));
        short_.Prepare(short_.Batch(randn(4, 3)));
        long_.Prepare(long_.Batch(randn(4, 9)));
        Assert.Equal(
            [
                "z.shared.absent: 1", "z.shared.head.linear.bias: 2", "z.shared.head.linear.weight: 2 8", "z.shared.network.0.bias: 8",
                "z.shared.network.0.weight: 8 6", "z.shared.recurrent.x.bias_hh_l0: 15", "z.shared.recurrent.x.bias_ih_l0: 15",
                "z.shared.recurrent.x.weight_hh_l0: 15 5", "z.shared.recurrent.x.weight_ih_l0: 15 1",
            ],
            short_.state_dict().Select(p => $"{p.Key}: {string.Join(" ", p.Value.shape)}").Order(StringComparer.Ordinal));
        Assert.Equal(short_.state_dict().Select(p => (p.Key, p.Value.numel())), long_.state_dict().Select(p => (p.Key, p.Value.numel())));
        Assert.Equal(short_.parameters().Count(), long_.parameters().Count());
        Assert.Same(long_.z.Shared!.Head, long_.z[4].Head);
    }

    /// <summary>What every factor sees of another array is one input, however far away it is from each.</summary>
    [Fact]
    public void A_neighbour_that_all_elements_see_takes_one_place()
    {
        using var scope = NewDisposeScope();
        string[] Shapes(int steps)
        {
            using var model = new Anchored(steps);
            using var guide = model.CreateGuide(z: Posterior.Default(hidden: [8]).Shared(5));
            guide.Prepare(guide.Batch(randn(4, steps)));
            Assert.Contains("w[0], w[1], z[0]", guide.Steps.First(step => step.Latent == "z[1]").ToString(), StringComparison.Ordinal);
            return [.. guide.state_dict().Where(p => p.Key.StartsWith("z.", StringComparison.Ordinal))
                .Select(p => $"{p.Key}: {string.Join(" ", p.Value.shape)}").Order(StringComparer.Ordinal)];
        }

        // Five states, w[0], w[1], z[t - 1], and z[0] from z[2] on.
        Assert.Contains("z.shared.network.0.weight: 8 9", Shapes(4));
        Assert.Contains("z.shared.absent: 2", Shapes(4));
        foreach (var steps in new[] { 5, 9 }) Assert.Equal(Shapes(4), Shapes(steps));
        foreach (var particles in new[] { 1, 3 })
        {
            using var pass = Pass.Prepare(
                Anchored.Entry, disturb: 0.1, guide: m => ((Anchored)m).CreateGuide(z: Posterior.Default(hidden: [6]).Shared(5)));
            ParityTests.Agree(pass, particles);
        }
    }

    /// <summary>What has been learnt on short series goes on with long ones: a factor that sees the same says the same.</summary>
    [Fact]
    public void What_it_has_learnt_fits_a_guide_for_data_of_another_length()
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSeries();
        using var one = model.CreateGuide(Posterior.Diagonal(hidden: [5]).Shared(units: 3));
        using var other = model.CreateGuide(Posterior.Diagonal(hidden: [5]).Shared(units: 3));
        var (x, z) = (randn(6, 9), Enumerable.Range(0, 9).Select(_ => randn(6)).ToList());
        one.Prepare(one.Batch(x[.., ..4]));
        Assert.Equal(
            "z: it had 4 elements when the guide was prepared, and has 9 in these data, by x.shape[1] = 9: a guide is made for one length. The encoder "
            + "that its elements share fits any: make a new guide, prepare it with a batch of these data, and give it what this one has learnt, by "
            + "load_state_dict(guide.state_dict()).",
            Assert.Throws<PplArgumentException>(() => one.Posterior(x)).Message);
        other.Prepare(other.Batch(x));
        other.load_state_dict(one.state_dict());
        var few = one.Given(one.Batch(x[.., ..4]), [.. z.Take(4)]);
        var all = other.Given(other.Batch(x), z);
        for (var t = 0; t < 3; t++) Assert.True(few.Distributions[t].Mean.allclose(all.Distributions[t].Mean), $"z[{t}]");
        Assert.False(few.Distributions[3].Mean.allclose(all.Distributions[3].Mean));
    }

    [Fact]
    public void It_trains_and_a_checkpoint_goes_on_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using (manual_seed(3))
        {
        }

        var x = rand(20, 3, 5).round();
        using var data = Dataset.From("x", ("x", x));
        float[] Train(string? restored, int epochs, string? saved)
        {
            using (manual_seed(4))
            {
            }

            using var model = new DeepMarkov(3);
            using var guide = model.CreateGuide(z: Posterior.Default(hidden: [8]).Shared(6));
            var objective = Objective.Elbo(2, gradient: GradientForm.StickingTheLanding);
            using var svi = new Svi(model, guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            if (restored is not null) svi.Restore(restored);
            svi.Fit(data, epochs, batchSize: 5);
            if (saved is not null) svi.Save(saved);
            return [.. guide.parameters().SelectMany(parameter => parameter.flatten().data<float>().ToArray())];
        }

        var straight = Train(null, 4, null);
        Train(null, 2, folder.File("shared.ckpt"));
        Assert.Equal(straight, Train(folder.File("shared.ckpt"), 2, null));
    }

    /// <summary>
    /// A deep Markov model of 20 steps, 200 series of a teacher, 300 steps of training with batches of 50: 20738 parameters in place of 118880, and a
    /// higher bound on other series.
    /// </summary>
    [Fact]
    public void A_shared_encoder_reaches_a_higher_bound_with_fewer_parameters()
    {
        using var scope = NewDisposeScope();
        const int Steps = 20;
        using (manual_seed(1))
        {
        }

        using var teacher = new DeepMarkov(Steps);
        using (no_grad())
        {
            foreach (var parameter in teacher.parameters()) parameter.mul_(2);
        }

        var x = teacher.Simulate(300).x.Value;
        using var data = Dataset.From("x", ("x", x[..200]));
        (double Bound, long Parameters) Train(Posterior posterior)
        {
            using (manual_seed(1))
            {
            }

            using var model = new DeepMarkov(Steps);
            using var guide = model.CreateGuide(z: posterior);
            using var svi = new Svi(
                model, guide, Objective.Elbo(), p => optim.Adam(p, 0.005), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            svi.Fit(data, epochs: 75, batchSize: 50);
            return (Objective.Elbo(20).Evaluate(guide, guide.Batch(x[200..])).Bound, guide.parameters().Sum(parameter => parameter.numel()));
        }

        var (shared, each) = (Train(Posterior.Default(hidden: [100]).Shared(64)), Train(Posterior.Default(hidden: [100])));
        Assert.Equal((20738, 118880), (shared.Parameters, each.Parameters));
        Assert.True(shared.Bound > each.Bound, $"shared {shared}, each {each}");
    }

    [Fact]
    public void Data_that_do_not_fit_leave_the_guide_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var model = new StateSpace(4);
        using var guide = model.CreateGuide(z: Posterior.Default().Shared(5));
        Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(randn(4, 5))));
        Assert.Empty(guide.parameters());
        guide.Prepare(guide.Batch(randn(4, 4)));
        Assert.Equal(9, guide.parameters().Count());
    }

    [Fact]
    public void What_cannot_be_shared_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        string Fault(Func<Guide> make) => Assert.Throws<PplArgumentException>(() => make()).Message;
        using var vae = new Vae();
        Assert.Equal(
            "z: it is one latent, and Shared() makes one encoder for all elements of an array: leave it out.",
            Fault(() => vae.CreateGuide(z: Posterior.Default().Shared())));
        using var level = new Level();
        Assert.Equal(
            "z[3]: it is outside the data's rows, where parameters are free: no encoder is there to share. Leave Shared out.",
            Fault(() => level.CreateGuide(z: Posterior.Default().Shared())));
        using var series = new StateSpace(2);
        Assert.Equal(
            "z: Shared() is one encoder for all elements: give it once, and not in a list.",
            Fault(() => series.CreateGuide(z: [Posterior.Default().Shared(), null])));
        Assert.Equal(
            "units: a recurrent pass has 0 units; it needs at least 1.",
            Assert.Throws<PplArgumentException>(() => Posterior.Default().Shared(0)).Message);
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Free().Shared());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Shared().Free());
        Assert.Equal("FullCovariance, shared", Posterior.FullCovariance().Shared().ToString());
    }

    [Fact]
    public void Elements_that_one_head_cannot_serve_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new Unlike();
        using var guide = model.CreateGuide(z: Posterior.Default().Shared());
        Assert.Equal(
            "z[0]: it needs an event of shape (3) in place of (2), which z[1] has: one encoder cannot serve both. Leave Shared out.",
            Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(randn(4, 2)))).Message);
        Assert.Empty(guide.parameters());
        using var same = new Twins();
        using var both = same.CreateGuide(z: Posterior.Default().Shared());
        Assert.Equal(
            "z: its elements 0 and 1 see the same, so that one encoder would give both the same factor: leave Shared out.",
            Assert.Throws<PplArgumentException>(() => both.Prepare(both.Batch(randn(4)))).Message);
    }
}
