using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>MIWAE: a model is trained on what is there of a table, and of images, and puts values in the place of what is not.</summary>
public static class ImputationProgram
{
    private const int Units = 128;
    private const int Latents = 10;
    private const int Plane = 4;
    private const int Particles = 20;

    /// <summary>Trains and measures.</summary>
    /// <param name="run">What it is told; its epochs are those on the table, a fiftieth of those on images.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var epochs = run.EpochsOr(500, 5, 2_000);
        var (table, findings) = OfTable(run, epochs);
        var images = new ImageImputation(run, run.EpochsOr(500, 1, 25_000) / 50 is > 0 and var fewer ? fewer : 1);
        findings.AddRange(images.Findings());
        return new(
            $"{table.Name}: {table.Rows.shape[0]} rows of {table.Rows.shape[1]} numbers, of which half are taken out at random; columns have "
                + $"mean 0 and deviation 1 of what is left. MIWAE: {Latents} latents, two hidden layers of {Units} tanh units on either side, a "
                + $"Student-t for each entry, IWAE with {Particles} particles, {epochs} epochs of batches of {TableBatch(run)}, Adam 1e-3; the "
                + $"linear "
                + $"model has {Plane} latents and one hidden layer in its guide. The rows that are filled are those of training. {images.Setting}",
            findings,
            [
                new("table.png", "a missing entry of the table, and what MIWAE and the closed form of the linear model put there"),
                new("images.png", "digits that the program draws: whole, without their lower half (grey), with its conditional mean, and with "
                    + "three draws of it"),
            ],
            [
                "The conditional mean has the least squared error that any filling can have, so that a model's error tells how well it knows "
                    + "the table. The linear model has one variance for all columns and fewer dimensions than the normal distribution. "
                    + "The paper's tables are others, from the UCI repository: its numbers cannot stand beside these.",
                "The images are learnt from incomplete ones alone: of each a mask of one of the three kinds takes its pixels for good. Pixels "
                    + "of 0 and 1 are drawn from grey levels, whose noise no filling can foresee.",
            ]);
    }

    private static int TableBatch(SystemRun run) => run.Size(100, 100, 64);

    private static (Table Table, List<Finding> Findings) OfTable(SystemRun run, int epochs)
    {
        var table = Table.OilFlow(run.DataFolder);
        var seen = rand_like(table.Rows).lt(0.5);
        var (centre, spread) = Missing.Moments(table.Rows, seen);
        var x = ((table.Rows - centre) / spread).to(float32);
        using var data = Dataset.From(table.Name, ("x", x), ("seen", seen));
        var samples = run.Of(2_000, 200, 10_000);

        using var linear = new IncompletePca(Plane, x.shape[1]);
        using var linearGuide = linear.CreateGuide(z: Posterior.FullCovariance(hidden: [Units]));
        Fit(linear, linearGuide, data, epochs, run);
        using var model = new IncompleteTable(Latents, x.shape[1], Units);
        using var guide = model.CreateGuide(z: Posterior.Diagonal(hidden: [Units, Units]));
        Fit(model, guide, data, epochs, run);

        using var grad = no_grad();
        var exact = linear.ConditionalMean(x, seen);
        var options = new EvaluationOptions { Seed = run.Seed };
        var byWeights = Evaluate.Impute(linear, linearGuide, data, 10 * samples, options: options).Mean;
        var filled = Evaluate.Impute(model, guide, data, samples, options: options).Mean;
        Chart(table.Name, x, seen, filled, exact, run.File("table.png"));
        var (byMean, byLine) = (Missing.RootMeanSquare(x, zeros_like(x), seen), Missing.RootMeanSquare(x, exact, seen));
        var byNormal = Missing.RootMeanSquare(x, FullNormal.ConditionalMean(x, seen), seen);
        return (table,
        [
            new($"{table.Name}, mean of the column: RMSE of what is missing", byMean),
            new($"{table.Name}, linear model, closed form: RMSE", byLine, Most: run.IsSmoke ? null : byMean),
            new($"{table.Name}, normal distribution with a full covariance, EM: RMSE", byNormal, Most: run.IsSmoke ? null : byMean),
            new($"{table.Name}, linear model: RMS distance of the importance-weighted imputation to the closed form",
                Missing.RootMeanSquare(exact, byWeights, seen), Most: run.Of(20, 100) / 1000.0),
            new($"{table.Name}, MIWAE: RMSE", Missing.RootMeanSquare(x, filled, seen), Most: run.IsSmoke ? null : Math.Min(byLine, byNormal))
            {
                Reference = byNormal, Source = "normal distribution",
            },
        ]);
    }

    private static void Fit(GenerativeModel model, Guide guide, Dataset data, int epochs, SystemRun run)
    {
        using var svi = new Svi(
            model, guide, Objective.Iwae(Particles), settings: new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet });
        svi.Fit(data, epochs, TableBatch(run), run);
    }

    private static void Chart(string name, Tensor x, Tensor seen, Tensor filled, Tensor exact, string path)
    {
        const int Shown = 600;
        var missing = seen.logical_not();
        var truth = x.masked_select(missing).ToNumbers();
        var chart = new LineChart { Title = $"{name}: missing entries", XLabel = "taken out", YLabel = "put in", Width = 520, Height = 460 };
        var count = Math.Min(Shown, truth.Length);
        chart.AddPoints("linear model", truth.AsSpan(0, count), exact.masked_select(missing).ToNumbers().AsSpan(0, count), size: 3);
        chart.AddPoints("MIWAE", truth.AsSpan(0, count), filled.masked_select(missing).ToNumbers().AsSpan(0, count), size: 3);
        chart.Save(path);
    }
}
