using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The part of the program that foresees a scene with two futures.</summary>
/// <param name="run">What it is told.</param>
/// <param name="epochs">Passes over the scenes.</param>
internal sealed class Futures(SystemRun run, int epochs)
{
    private const int Latents = 2;
    private const int Units = 128;
    private const int BatchSize = 200;
    private const int Draws = 20;
    private const int Particles = 5;

    // Of the distance between the two futures: half of it away is the middle, where no ball goes.
    private const double Near = 0.25;

    private readonly MovingScene train = MovingScene.Draw(run.Of(20_000, 200));
    private readonly MovingScene test = MovingScene.Draw(run.Of(500, 20));

    /// <summary>Model, data and budget.</summary>
    public string Setting => $"Futures: {train.Frames.shape[0]} scenes of {MovingScene.Side} × {MovingScene.Side} pixels that the program draws, "
        + $"in which a ball turns to either side; the path is {MovingScene.Steps} points, {Latents} latents, hidden layers of {Units}, IWAE with "
        + $"{Particles} particles, {epochs} epochs of batches of {BatchSize}; {Draws} futures of each of {test.Frames.shape[0]} other scenes. A "
        + "future is near a true one where its RMS distance is below a quarter of that between the two true ones.";

    /// <summary>Trains the CVAE and the regression.</summary>
    public List<Finding> Findings()
    {
        var (pixels, numbers) = (train.Frames.shape[1], train.Paths.shape[1]);
        using var cvae = new FuturePaths(Latents, pixels, numbers, Units);
        using var guide = cvae.CreateGuide(z: Posterior.Diagonal(hidden: [Units, Units]));
        Fit(cvae, guide, Objective.Iwae(Particles));
        using var regression = new MeanPath(pixels, numbers, Units);
        using var nothing = regression.CreateGuide();
        Fit(regression, nothing, Objective.Elbo());

        using var grad = no_grad();
        var frames = test.Frames.unsqueeze(0).expand(Draws, -1, -1).flatten(0, 1);
        var futures = Evaluate.PriorSamples(cvae, frames.shape[0], covariates: [frames], seed: run.Seed).Mean.reshape([Draws, .. test.Paths.shape]);
        var only = Evaluate.PriorSamples(regression, test.Frames.shape[0], covariates: [test.Frames], seed: run.Seed).Mean.unsqueeze(0);
        Picture(futures, only[0]);
        var (left, right) = (IsNear(futures, test.Left), IsNear(futures, test.Right));
        var both = left.any(0).logical_and(right.any(0));
        double? Whole(double claim) => run.IsSmoke ? null : claim;
        return
        [
            new("futures of the CVAE: share near a true one", Share(left.logical_or(right)), Least: Whole(0.8)),
            new("of them to the left", Share(left) / Math.Max(1e-9, Share(left.logical_or(right))), Least: Whole(0.3), Most: Whole(0.7))
            {
                Reference = 0.5, Source = "scene",
            },
            new($"scenes of which {Draws} futures show both turns: share", Share(both), Least: Whole(0.9))
            {
                Reference = 1 - Math.Pow(0.5, Draws - 1), Source = "exact futures",
            },
            new("regression: share near a true one", Share(IsNear(only, test.Left).logical_or(IsNear(only, test.Right))), Most: Whole(0.1)),
            new("regression: share near the mean of both", Share(IsNear(only, (test.Left + test.Right) / 2)), Least: Whole(0.8)),
        ];
    }

    private void Fit(GenerativeModel model, Guide guide, Objective objective)
    {
        using var scenes = Dataset.From("scenes", ("path", train.Paths), ("frame", train.Frames));
        using var svi = new Svi(model, guide, objective, settings: new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet });
        svi.Fit(scenes, epochs, BatchSize, run);
    }

    /// <summary>[draws, scenes] of paths [draws, scenes, numbers].</summary>
    private Tensor IsNear(Tensor paths, Tensor truth)
    {
        var apart = (test.Left - test.Right).square().mean([1]);
        return (paths - truth).square().mean([2]).lt(Near * Near * apart);
    }

    private static double Share(Tensor truths) => truths.to(float64).mean().item<double>();

    private void Picture(Tensor futures, Tensor only)
    {
        const int Shown = 10;
        var grid = new PictureGrid(MovingScene.Side, MovingScene.Side) { Title = "a ball, and where it may go" }
            .AddRow("frame", First(test.Frames))
            .AddRow("left", First(test.With(test.Left)))
            .AddRow("right", First(test.With(test.Right)))
            .AddRow("regression", First(test.With(only)));
        for (var draw = 0; draw < 4; draw++) grid.AddRow($"CVAE {draw + 1}", First(test.With(futures[draw])));
        grid.Save(run.File("futures.png"));

        static Tensor First(Tensor pictures) => pictures.narrow(0, 0, Shown).clamp(0, 1);
    }
}
