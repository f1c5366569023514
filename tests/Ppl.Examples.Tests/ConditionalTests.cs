using Ppl.Data;
using Ppl.Examples.Systems;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The data of the conditional programs, and the baselines that have closed forms.</summary>
public sealed class ConditionalTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(3, 12)]
    public void Quarters_put_together_are_the_image(int count, long given)
    {
        using var scope = NewDisposeScope();
        using var images = Dataset.From("images", ("x", arange(32).to(float32).reshape(2, 16)));
        var cut = new Quarters(images, 4, 4, count);
        Assert.Equal((given, 16 - given), cut.Sizes);
        Tensor[] parts = cut.All();
        Assert.Equal(new[] { "y", "x" }, cut.Columns.Select(column => column.Name));
        Assert.True(cut.Whole(parts[0], parts[1]).eq(images.All()[0]).all().item<bool>());
        Assert.Contains(12, parts[1][0].data<float>().ToArray());           // the lower left corner is always given
        Assert.DoesNotContain(15, parts[1][0].data<float>().ToArray());     // the lower right one never
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quarters(images, 4, 4, 4));
    }

    /// <summary>Of three images the two nearest vote: shares (1.5/3, 2.5/3) for the pixels (1, 1).</summary>
    [Fact]
    public void Neighbours_vote()
    {
        using var scope = NewDisposeScope();
        var (y, x) = (tensor(new float[,] { { 1, 1 }, { 0, 1 }, { 0, 0 } }), tensor(new float[,] { { 1, 1, 0 }, { 1, 0, 0 }, { 0, 0, 1 } }));
        var known = new NearestCompletion(y, x);
        var found = known.NegativeLogLikelihood(tensor(new float[,] { { 1, 1 } }), tensor(new float[,] { { 1, 1, 0 } }), 2);
        Assert.Equal(-Math.Log(1.5 / 3) - Math.Log(2.5 / 3), found, 1e-6);
    }

    /// <summary>Both futures begin in the heading, mirrored, and what happens is one of them.</summary>
    [Fact]
    public void A_scene_has_two_futures()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var scene = MovingScene.Draw(400);
        var (left, right) = (scene.Left.reshape(400, MovingScene.Steps, 2), scene.Right.reshape(400, MovingScene.Steps, 2));
        Assert.True((left.square().sum(-1) - right.square().sum(-1)).abs().max().item<float>() < 1e-6);
        var (toLeft, toRight) = (Distance(scene.Left), Distance(scene.Right));
        Assert.True(minimum(toLeft, toRight).max().item<float>() < 0.006);
        Assert.InRange(toLeft.lt(toRight).to(float64).mean().item<double>(), 0.4, 0.6);
        Assert.Equal([400, MovingScene.Side * MovingScene.Side], scene.With(scene.Left).shape);
        Assert.True(scene.Frames.max().item<float>() <= 1 && scene.Frames.min().item<float>() >= 0);

        Tensor Distance(Tensor path) => (scene.Paths - path).square().mean([1]).sqrt();
    }

    [Fact]
    public void A_reservoir_forgets_where_it_began_and_is_not_trained()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var reservoir = new EchoStates(1, 30, radius: 0.8);
        Assert.Empty(reservoir.parameters());
        Assert.Equal(["recurrent", "input", "bias"], reservoir.named_buffers().Select(buffer => buffer.Item1));
        Assert.Equal(0.8, EchoStates.SpectralRadius(reservoir.get_buffer("recurrent")), 1e-4);
        var series = Signal.Normal(300).Values.unsqueeze(1);
        var (whole, late) = (reservoir.call(series), reservoir.call(series.narrow(0, 100, 200)));
        Assert.True((whole[^1] - late[^1]).abs().max().item<float>() < 1e-5);
        Assert.True((whole[100] - late[0]).abs().max().item<float>() > 0.1);

        // The second state by hand.
        var (w, u, b) = (reservoir.get_buffer("recurrent"), reservoir.get_buffer("input"), reservoir.get_buffer("bias"));
        var byHand = (w.mv((u.mv(series[0]) + b).tanh()) + u.mv(series[1]) + b).tanh();
        Assert.True((whole[1] - byHand).abs().max().item<float>() < 1e-5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EchoStates(1, 3, radius: 1));
    }

    [Fact]
    public void Leaky_units_keep_a_part_of_their_state()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var reservoir = new EchoStates(1, 5, leak: 0.25);
        var states = reservoir.call(tensor(new float[,] { { 0.5f }, { -1 } }));
        var (w, u, b) = (reservoir.get_buffer("recurrent"), reservoir.get_buffer("input").select(1, 0), reservoir.get_buffer("bias"));
        var first = 0.25 * ((0.5 * u) + b).tanh();
        Assert.True((states[0] - first).abs().max().item<float>() < 1e-6);
        Assert.True((states[1] - ((0.75 * first) + (0.25 * (w.mv(first) - u + b).tanh()))).abs().max().item<float>() < 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EchoStates(1, 3, leak: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EchoStates(1, 3, leak: 1.5));
    }

    [Fact]
    public void Anomalies_stay_in_the_range_of_the_series()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var signal = Signal.WithAnomalies(1_000);
        Assert.Equal(4 * Signal.Length, signal.States.Count(state => state >= 0));
        Assert.Equal([0, 1, 2, 0], new[] { 200, 400, 600, 800 }.Select(start => signal.States[start]));
        Assert.Equal(Signal.Echo, signal.States[200 + Signal.Length]);
        Assert.Equal(Signal.Healthy, signal.States[199]);
        Assert.InRange(signal.Values.abs().max().item<float>(), 0.8, 1.1);
        Assert.True(signal.Values.narrow(0, 200, Signal.Length).std().item<float>() < 0.04);      // the first one sticks
        Assert.True(Signal.Normal(1_000).Values.narrow(0, 200, Signal.Length).std().item<float>() > 0.2);
    }
}
