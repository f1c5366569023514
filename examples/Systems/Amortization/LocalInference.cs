using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The bounds of one model on some rows, nats a row, and their differences (Cremer et al. 2018, table 1).</summary>
/// <param name="Evidence">log p(x).</param>
/// <param name="Best">L[q*]: the highest bound of the guide's family, each row by itself.</param>
/// <param name="BestOfRicher">The same for a richer family.</param>
/// <param name="Amortized">L[q]: the guide's bound.</param>
public sealed record InferenceGaps(double Evidence, double Best, double BestOfRicher, double Amortized)
{
    /// <summary>What the family loses.</summary>
    public double Approximation => Evidence - Best;

    /// <summary>What the encoder loses beside that.</summary>
    public double Amortization => Best - Amortized;

    /// <summary>What the bound loses in all.</summary>
    public double Inference => Evidence - Amortized;
}

/// <summary>Inference of each row by itself, at a model that is kept as it is.</summary>
/// <param name="model">The model.</param>
/// <param name="guide">Its guide, trained.</param>
/// <param name="run">Sizes, seed and cancellation.</param>
public sealed class LocalInference(GenerativeModel model, Guide guide, SystemRun run)
{
    private const double Rate = 0.02;
    private const int Draws = 200;

    // Every bound is of the same noise.
    private static readonly EvaluationOptions Bounds = new() { Seed = 1, MemoryBudget = 1 << 27 };

    /// <summary>Steps until a row's factor is taken for the best of its family.</summary>
    public int Steps => run.Of(600, 8);

    /// <summary>The gaps on some rows.</summary>
    /// <param name="rows">The data, one column.</param>
    /// <param name="free">A guide of the trained one's family with parameters for each row.</param>
    /// <param name="richer">One of a family that holds the other.</param>
    public InferenceGaps Measure(Dataset rows, Func<Guide> free, Func<Guide> richer)
    {
        using var local = free();
        Optimize(rows, local, fromEncoder: true);
        using var wide = richer();
        Optimize(rows, wide, fromEncoder: false);
        var (best, bestOfRicher) = (Bound(local, rows), Bound(wide, rows));
        var annealing = new AnnealingOptions { Chains = run.Of(8, 2, 100), Temperatures = run.Of(200, 2, 500), LeapfrogSteps = run.Of(5, 1, 10) };
        var annealed = -Evaluate.AnnealedLikelihood(model, guide, rows, annealing, Bounds with { Cancellation = run.Cancellation }).Mean;
        var sampled = new[] { local, wide, guide }.Max(q => -Evaluate.NegativeLogLikelihood(model, q, rows, run.Of(1_000, 20, 5_000), Bounds).Mean);
        return new(Math.Max(annealed, sampled), best, bestOfRicher, Bound(guide, rows));
    }

    /// <summary>The bound after some numbers of steps.</summary>
    /// <param name="rows">The data, one column.</param>
    /// <param name="free">A guide with parameters for each row.</param>
    /// <param name="marks">The numbers of steps, ascending, from 0.</param>
    /// <param name="isStartedAtEncoder">Whether the steps begin at the guide's answers, or at a standard normal.</param>
    public IReadOnlyList<(int Steps, double Bound)> Refine(Dataset rows, Func<Guide> free, IReadOnlyList<int> marks, bool isStartedAtEncoder)
    {
        using var local = free();
        var x = rows.All()[0];
        if (isStartedAtEncoder) local.StartFrom(guide, local.Batch(x));
        else local.Prepare(local.Batch(x));
        using var svi = Engine(local, schedule: null);
        var found = new List<(int, double)>();
        foreach (var mark in marks)
        {
            if (mark > 0) svi.Fit([x], mark - (int)svi.Steps, run);
            found.Add((mark, Bound(local, rows)));
        }

        return found;
    }

    /// <summary>The ELBO by many draws: the mean of log p(x, z) − log q(z), which has the less noise the nearer q is to the posterior.</summary>
    private double Bound(Guide q, Dataset rows) => Evaluate.Bound(model, q, rows, Objective.Elbo(Draws, KlForm.Sampled), Bounds).Bound;

    private void Optimize(Dataset rows, Guide local, bool fromEncoder)
    {
        var x = rows.All()[0];
        if (fromEncoder) local.StartFrom(guide, local.Batch(x));
        using var svi = Engine(local, Schedules.Cosine(Steps));
        svi.Fit([x], Steps, run);
    }

    private Svi Engine(Guide local, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler>? schedule)
    {
        var settings = new SviSettings
        {
            Seed = run.Seed,
            Reporter = ITrainingReporter.Quiet,
            Schedule = schedule,
            ScheduleUnit = ScheduleUnit.Step,
        };
        var svi = new Svi(model, local, Objective.Elbo(4), parameters => optim.Adam(parameters, lr: Rate), settings);
        svi.Freeze("model.*");
        return svi;
    }
}
