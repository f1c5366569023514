using Ppl.Data;
using Ppl.Examples.Systems;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The measures of the programs where their values are known.</summary>
public sealed class MeasureTests
{
    [Fact]
    public void Normal_points_leave_the_share_of_cells_that_chance_leaves()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var map = tensor(new float[,] { { 3, 1 }, { 0, 0.5f } });
        var codes = new Codes(randn(1_000, 2).matmul(map) + 7);
        Assert.Equal(Math.Pow(1 - (1.0 / 400), 1_000), codes.EmptyCells(), 0.02);
    }

    [Fact]
    public void Every_cell_has_its_centre()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var codes = new Codes(randn(200, 2) * tensor(new float[] { 2, 0.1f }) - 3);
        Assert.Equal([400, 2], codes.Centres().shape);
        Assert.Equal(0, new Codes(cat([codes.Points, codes.Centres()])).EmptyCells(), 0.1);
    }

    /// <summary>The middle of the first two has a code beside it, and that of the first and the third has nearer ends.</summary>
    [Fact]
    public void The_line_across_the_gap_is_found()
    {
        using var scope = NewDisposeScope();
        var codes = new Codes(tensor(new float[,] { { 0, 0 }, { 10, 0 }, { 0, 8 }, { 4, 0 } }));
        var (first, second) = codes.AcrossGap(3);
        Assert.Equal([1, 2], new[] { first, second }.Order());
    }

    public static TheoryData<string> Families => [.. PosteriorProgram.Families(planar: 16).Select(family => family.Name)];

    /// <summary>Each family trains, and its importance-weighted estimate is above its bound on the same images.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void The_likelihood_is_above_the_bound(string family)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var data = DrawnDigits.Train().Binarized(seed: 0).Take(64);
        using var model = new ImageVae(4, 784, 16);
        using var guide = model.CreateGuide(z: PosteriorProgram.Families(planar: 16).Single(f => f.Name == family).Make(model));
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var before = svi.Evaluate(data).Bound;
        svi.Fit(data, epochs: 10, batchSize: 16);
        var bound = svi.Evaluate(data).Bound;
        Assert.True(bound > before + 100);
        Assert.True(-Evaluate.NegativeLogLikelihood(model, guide, data, samples: 100).Mean > bound);
    }
}
