using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>Factors of a guide that share a bottom-up pass.</summary>
public sealed class BottomUpTests
{
    /// <summary>The interpreter runs each encoder by itself, one particle at a time, and shares nothing: terms and gradients are the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Shared_features_are_those_of_each_factor_alone(int particles)
    {
        using var pass = Pass.Prepare(TopDownLayers.Entry, guide: model => Ladder(model, Levels()));
        ParityTests.Agree(pass, particles);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_level_runs_once_in_a_pass_over_the_rows_of_the_data(int particles)
    {
        using var scope = NewDisposeScope();
        var levels = Enumerable.Range(0, 4).Select(i => new Counted(i == 0 ? 6 : 5, 5)).ToArray();
        using var pass = Pass.Prepare(TopDownLayers.Entry, rows: 7, guide: model => Ladder(model, levels));
        foreach (var level in levels) level.Rows.Clear();
        pass.Guide.Draw(pass.Batch, particles);
        Assert.All(levels, level => Assert.Equal([7], level.Rows));
        pass.Guide.Draw(pass.Batch, particles);
        Assert.All(levels, level => Assert.Equal([7, 7], level.Rows));
    }

    [Fact]
    public void Its_parameters_are_the_guides_once_and_follow_it()
    {
        using var model = new TopDownLayers(4);
        var up = new BottomUp(Levels());
        using var guide = (TopDownLayers.Guide)Ladder(model, up);
        guide.Prepare(guide.Batch(ones(4, 6)));
        Assert.Equal(8, guide.named_parameters().Count(parameter => parameter.name.StartsWith("bottom_up.", StringComparison.Ordinal)));
        Assert.Equal(8 + (4 * 4), guide.parameters().Count());
        Assert.Equal(guide.parameters().Count(), guide.parameters().Select(parameter => parameter.Handle).Distinct().Count());
        guide.train();
        Assert.True(up.training);
        guide.eval();
        Assert.False(up.training);
    }

    [Fact]
    public void Every_level_learns_and_a_checkpoint_goes_on_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = rand(20, 6).round();
        using var data = Dataset.From("x", ("x", x));
        float[] Train(string? restored, int epochs, string? saved)
        {
            manual_seed(4);
            using var model = new TopDownLayers(4);
            var up = new BottomUp(Levels());
            using var guide = (TopDownLayers.Guide)Ladder(model, up);
            var before = up.parameters().Select(parameter => parameter.detach().clone()).ToList();
            using var svi = new Svi(model, guide, Objective.Elbo(2), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            if (restored is not null) svi.Restore(restored);
            svi.Fit(data, epochs, batchSize: 5);
            if (saved is not null) svi.Save(saved);
            Assert.All(up.parameters().Zip(before), pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() > 0));
            return [.. up.parameters().SelectMany(parameter => parameter.flatten().data<float>().ToArray())];
        }

        var straight = Train(null, 4, null);
        Train(null, 2, folder.File("ladder.ckpt"));
        Assert.Equal(straight, Train(folder.File("ladder.ckpt"), 2, null));
    }

    [Fact]
    public void A_factor_that_sees_no_data_is_refused()
    {
        using var model = new UpwardChain();
        using var level = Linear(1, 2);
        var fault = Assert.Throws<PplArgumentException>(() => model.CreateGuide(z2: Posterior.Default().Above(new BottomUp(level), 1)));
        Assert.Equal(
            "z2: its factor sees no data, from which a bottom-up pass starts. Leave Above out, or let the guide draw in the model's order: "
            + "[Model(Guide = GuideStructure.TopDown)].",
            fault.Message);
    }

    [Fact]
    public void A_latent_outside_the_rows_is_refused()
    {
        using var model = new TopDownGroups();
        using var level = Linear(1, 2);
        var fault = Assert.Throws<PplArgumentException>(() => model.CreateGuide(mu: Posterior.Default().Above(new BottomUp(level), 1)));
        Assert.Equal("mu: it is outside the data's rows, so that its parameters are free, and see no features. Leave Above out.", fault.Message);
    }

    [Fact]
    public void A_network_of_ones_own_gets_the_features_and_the_latents()
    {
        using var scope = NewDisposeScope();
        using var model = new TopDownChain();
        var up = new BottomUp(Linear(1, 3), Linear(3, 4));
        using var lower = new Beside();
        using var guide = model.CreateGuide(z2: Posterior.Default(Linear(4, 2)).Above(up, 2), z1: Posterior.Default(lower).Above(up, 1));
        Assert.Equal("guide of TopDownChain: q(z2 | x) [above level 2] q(z1 | x, z2) [above level 1]", guide.ToString());
        guide.Prepare(guide.Batch(ones(5, 1)));
        Assert.Equal([5, 3, 5, 1], lower.Seen);
        using var other = new Beside();
        using var faulty = Linear(1, 1);
        var fault = Assert.Throws<PplArgumentException>(() => model.CreateGuide(z2: Posterior.Default(other).Above(new BottomUp(faulty), 1)));
        Assert.Equal("z2: its network takes 2 tensors, and the encoder sees 1 (level 1).", fault.Message);
    }

    [Fact]
    public void What_cannot_be_is_refused_where_it_is_written()
    {
        using var level = Linear(1, 2);
        var up = new BottomUp(level);
        Assert.Equal("A bottom-up pass needs at least one level.", Assert.Throws<PplArgumentException>(() => new BottomUp()).Message);
        Assert.Equal(
            "level: bottom-up pass of level 1 has no level 2.",
            Assert.Throws<PplArgumentException>(() => Posterior.Diagonal().Above(up, 2)).Message);
        Assert.Throws<PplArgumentException>(() => Posterior.Diagonal().Above(up, 0));
        Assert.Throws<PplArgumentException>(() => Posterior.Diagonal().Free().Above(up, 1));
        Assert.Throws<PplArgumentException>(() => Posterior.Diagonal().Above(up, 1).Free());
        Assert.Equal("Diagonal, above level 1", Posterior.Diagonal().Above(up, 1).ToString());
        Assert.Equal("bottom-up pass of level 1", up.ToString());
    }

    private static Module<Tensor, Tensor>[] Levels() =>
        [.. Enumerable.Range(0, 4).Select(i => (Module<Tensor, Tensor>)Sequential(Linear(i == 0 ? 6 : 5, 5), Tanh()))];

    private static Guide Ladder(GenerativeModel model, params Module<Tensor, Tensor>[] levels) => Ladder(model, new BottomUp(levels));

    /// <summary>The top sees the highest level.</summary>
    private static Guide Ladder(GenerativeModel model, BottomUp up) => ((TopDownLayers)model).CreateGuide(
        h: [.. Enumerable.Range(1, up.Count).Select(level => Posterior.Default(hidden: [8]).Above(up, level))]);

    /// <summary>Notes how many rows it has seen.</summary>
    private sealed class Counted : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> linear;

        public Counted(long inputs, long outputs) : base("Counted")
        {
            linear = Linear(inputs, outputs);
            RegisterComponents();
        }

        public List<long> Rows { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Rows.Add(input.shape[0]);
            return linear.call(input).tanh();
        }
    }

    /// <summary>Two tensors side by side.</summary>
    private sealed class Beside : Module<Tensor, Tensor, Tensor>
    {
        public Beside() : base("Beside")
        {
        }

        public long[] Seen { get; private set; } = [];

        public override Tensor forward(Tensor input1, Tensor input2)
        {
            Seen = [.. input1.shape, .. input2.shape];
            return cat([input1, input2], -1);
        }
    }
}
