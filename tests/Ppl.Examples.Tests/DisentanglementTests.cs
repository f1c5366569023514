using Ppl.Data;
using Ppl.Examples.Systems;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The small pictures of sprites, and runs that were interrupted.</summary>
public sealed class DisentanglementTests
{
    public static TheoryData<string> Names => [.. DisentanglementProgram.Objectives(isLarge: false).Select(objective => objective.Name)];

    [Fact]
    public void A_pixel_is_white_where_half_of_its_square_is()
    {
        byte[] pixels =
        [
            1, 0, 0, 0,
            1, 0, 0, 1,
            1, 1, 0, 0,
            1, 1, 0, 0,
            0, 1, 1, 1,
            0, 0, 1, 0,
            0, 0, 0, 1,
            0, 0, 1, 1,
        ];
        var images = new ImageSet("two", "by hand", 4, 4, pixels, white: 1, labels: [new("shape", [2, 0], 3)]);
        var small = Sprites.Pooled(images, 2);
        Assert.Equal([1f, 0, 1, 0], small.Image(0));
        Assert.Equal([0f, 1, 0, 1], small.Image(1));
        Assert.Equal("two, 2 × 2", small.Name);
        Assert.Equal([2L, 0], Sprites.Factors(small).select(1, 0).to(ScalarType.Int64).data<long>().ToArray());
    }

    /// <summary>The multiplier of the constraint and the noise of the estimates are those of the step.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_resumed_run_equals_the_uninterrupted_one(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var data = DrawnSprites.Grid(new SpriteFactors(16, 2, 2, 4, 0.3)).Thresholded();
        var whole = Weights(svi => svi.Fit(data, 2, 64));
        Weights(svi => svi.Fit(data, 1, 64, options: new FitOptions { Checkpoint = folder.File("half.ppl") }));
        var resumed = Weights(svi =>
        {
            svi.Restore(folder.File("half.ppl"));
            svi.Fit(data, 2 - svi.Epochs, 64);
        });
        Assert.All(whole.Zip(resumed), pair => Assert.True(pair.First.bytes.SequenceEqual(pair.Second.bytes)));

        List<Tensor> Weights(Action<Svi> train)
        {
            manual_seed(0);
            using var model = new SpriteVae(256);
            using var guide = model.CreateGuide(z: model.Features());
            var objective = DisentanglementProgram.Objectives(isLarge: false).Single(pair => pair.Name == name).Make();
            using var svi = new Svi(model, guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            train(svi);
            return [.. model.parameters().Concat(guide.parameters()).Select(p => p.detach().clone())];
        }
    }
}
