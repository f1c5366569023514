using Ppl.Examples.Systems;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The prior over grids of codes: what a cell may see, and that it is a distribution.</summary>
public sealed class CodeTests
{
    /// <summary>The gradient of a cell's output by every cell from it on is 0, and by some cell before it is not.</summary>
    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(false, 5)]
    public void A_masked_convolution_sees_no_future(bool seesItself, long size)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var layer = new MaskedConvolution(2, 3, size, seesItself);
        for (var cell = 0; cell < 16; cell++)
        {
            var input = randn([1, 2, 4, 4], requires_grad: true);
            layer.call(input).flatten(2).select(2, cell).sum().backward();
            var slopes = input.grad!.abs().sum([0, 1]).flatten();
            Assert.Equal(0, slopes.narrow(0, cell + 1, 15 - cell).sum().item<float>());
            Assert.Equal(seesItself, slopes[cell].item<float>() > 0);
            if (cell > 0 && cell % 4 > 0) Assert.True(slopes[cell - 1].item<float>() > 0);
        }
    }

    /// <summary>Changing a code changes the logits of later cells alone: in the whole network, where each layer could leak.</summary>
    [Fact]
    public void The_logits_of_a_cell_do_not_follow_later_codes()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var network = new PixelCnn(5, 4, 8, 2);
        var codes = randint(0, 5, [1, 4, 4], dtype: ScalarType.Int64);
        var before = network.call(codes).reshape(16, 5);
        for (var cell = 0; cell < 16; cell++)
        {
            var moved = codes.clone();
            moved.view(-1)[cell] = (moved.view(-1)[cell] + 1) % 5;
            var isSame = network.call(moved).reshape(16, 5).eq(before).all(1);
            Assert.True(isSame.narrow(0, 0, cell + 1).all().item<bool>());
            if (cell < 15) Assert.False(isSame.narrow(0, cell + 1, 15 - cell).all().item<bool>());
        }
    }

    /// <summary>The probabilities of all grids sum to 1, and draws come as often as they say.</summary>
    [Fact]
    public void A_grid_of_codes_is_a_distribution()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        manual_seed(2);
        var grid = new CodeGrid(new PixelCnn(2, 2, 8, 1));
        var all = stack([.. Enumerable.Range(0, 16).Select(i => tensor(new long[,] { { i & 1, (i >> 1) & 1 }, { (i >> 2) & 1, (i >> 3) & 1 } }))]);
        var probabilities = grid.LogProb(all).exp();
        Assert.Equal(1, probabilities.sum().item<float>(), 1e-5);
        var draws = grid.Sample(20_000);
        Assert.Null(grid.FindValueFault(draws));
        var numbers = (draws.flatten(1) * tensor(new long[] { 1, 2, 4, 8 })).sum(1);
        var shares = numbers.unsqueeze(1).eq(arange(16)).to(float32).mean([0]);
        Assert.True((shares - probabilities).abs().max().item<float>() < 0.015);
        Assert.Equal([3L, 7, 2, 2], grid.Expand(7).Sample(3).shape);
        Assert.Equal([3L, 7], grid.LogProb(grid.Expand(7).Sample(3)).shape);
    }

    /// <summary>Grids of one pattern: the prior learns it, and draws nothing else.</summary>
    [Fact]
    public void A_prior_learns_what_codes_go_together()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var model = new CodePrior(3, 3, 16, 1);
        var guide = model.CreateGuide();
        var stripes = arange(3).reshape(3, 1, 1).expand(3, 3, 3).repeat(20, 1, 1);
        using var svi = new Svi(
            model, guide, Objective.Elbo(), p => optim.Adam(p, 0.02), new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Fit([stripes], steps: 60);
        Assert.Equal(-Math.Log(3), svi.Evaluate(Data.Dataset.From(stripes)).Bound, 0.05);
        model.eval();
        var drawn = model.Simulate(50).codes.Value.flatten(1);
        Assert.True(drawn.eq(drawn.narrow(1, 0, 1)).all(1).to(float32).mean().item<float>() > 0.9);
        model.Dispose();
        guide.Dispose();
    }

    [Fact]
    public void A_kernel_without_a_centre_is_refused() => Assert.Throws<PplArgumentException>(() => new MaskedConvolution(1, 1, 4, true));
}
