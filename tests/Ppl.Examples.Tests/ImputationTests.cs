using Ppl.Examples.Systems;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>What the programs on missing data measure by, where it is known.</summary>
public sealed class ImputationTests
{
    /// <summary>Row by row from the joint normal distribution, whose covariance is W Wᵀ + σ² I.</summary>
    [Fact]
    public void The_closed_form_conditions_the_joint_normal()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        manual_seed(0);
        using var model = new IncompletePca(2, 5);
        var (w, mean) = (model.get_parameter("mean.weight")!.to(float64), model.get_parameter("mean.bias")!.to(float64));
        var covariance = w.matmul(w.t()) + eye(5, dtype: float64);
        var (x, seen) = (randn(6, 5), rand(6, 5).gt(0.4));
        var found = model.ConditionalMean(x, seen);
        for (var row = 0; row < 6; row++)
        {
            var (there, here) = (seen[row].nonzero().flatten(), seen[row].logical_not().nonzero().flatten());
            var known = covariance.index_select(0, there).index_select(1, there);
            var gain = covariance.index_select(0, here).index_select(1, there).matmul(linalg.inv(known));
            var difference = (x[row].to(float64) - mean).index_select(0, there);
            var expected = mean.index_select(0, here) + gain.matmul(difference);
            Assert.True(here.shape[0] == 0 || (found[row].index_select(0, here) - expected).abs().max().item<double>() < 1e-6);
            Assert.True(found[row].index_select(0, there).eq(x[row].to(float64).index_select(0, there)).all().item<bool>());
        }
    }

    [Fact]
    public void Errors_count_what_is_missing()
    {
        using var scope = NewDisposeScope();
        var (truth, filled) = (tensor(new float[,] { { 1, 0, 1 } }), tensor(new[,] { { 1, 0.75f, 0.75f } }));
        var seen = tensor(new[,] { { true, false, false } });
        Assert.Equal(Math.Sqrt(((0.75 * 0.75) + (0.25 * 0.25)) / 2), Missing.RootMeanSquare(truth, filled, seen), 1e-12);
        Assert.Equal(0.5, Missing.WrongPixels(truth, filled, seen));
        var table = tensor(new double[,] { { 1, 9 }, { 3, 2 }, { 7, 4 } });
        var (mean, deviation) = Missing.Moments(table, tensor(new[,] { { true, false }, { true, true }, { false, true } }));
        Assert.Equal([2.0, 3.0], mean.data<double>().ToArray());
        Assert.Equal([1.0, 1.0], deviation.data<double>().ToArray());
    }

    [Theory]
    [InlineData(0, 0.45, 0.55)]
    [InlineData(1, 0.75, 0.75)]
    [InlineData(2, 0.5, 0.5)]
    public void Masks_leave_their_share(int kind, double least, double most)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var seen = Missing.Kinds[kind].Seen(50, 28, 28);
        Assert.Equal([50, 784], seen.shape);
        Assert.InRange(seen.to(float64).mean().item<double>(), least, most);
        Assert.True(kind == 0 || !seen[0, -1].item<bool>());
    }
}
