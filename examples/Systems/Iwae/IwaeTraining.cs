using Ppl.Data;
using Ppl.Examples.Iwae;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>What is measured of a trained model.</summary>
/// <param name="NegativeElbo">Minus the ELBO.</param>
/// <param name="Nll">By importance samples.</param>
/// <param name="Active">Of each layer.</param>
internal sealed record IwaeRow(double NegativeElbo, LikelihoodEstimate Nll, IReadOnlyList<ActiveUnits> Active);

/// <summary>A model of the paper in training, under one objective after the other.</summary>
internal sealed class IwaeTraining : IDisposable
{
    /// <summary>Images a step.</summary>
    public const int BatchSize = 20;

    private readonly Svi svi;
    private readonly Dataset train;
    private readonly int passes;
    private readonly SystemRun run;

    /// <param name="run">Seed and cancellation; a short run has small networks.</param>
    /// <param name="data">The images.</param>
    /// <param name="layers">1 or 2.</param>
    /// <param name="passes">Of each training.</param>
    public IwaeTraining(SystemRun run, TrainAndTest data, int layers, int passes)
    {
        manual_seed(run.Seed);
        (this.run, this.passes, train) = (run, passes, data.TrainingData);
        using var pixels = PaperModels.MeanPixels(data.Train);
        (Model, Guide) = PaperModels.Create(layers, pixels, run.Size(50, 4, 50), run.Size(200, 16, 200));
        var steps = (long)passes * ((data.Train.Count + BatchSize - 1) / BatchSize);
        svi = new Svi(
            Model,
            Guide,
            Objective.Elbo(),
            parameters => optim.Adam(parameters, lr: 1e-3, eps: 1e-4),
            new SviSettings { Seed = run.Seed, Schedule = Iwae.Schedule.Over(steps), ScheduleUnit = ScheduleUnit.Step });
    }

    /// <summary>The model.</summary>
    public GenerativeModel Model { get; }

    /// <summary>Its guide.</summary>
    public Guide Guide { get; }

    /// <summary>One whole training under an objective. After another one it goes on with its networks and its optimizer.</summary>
    public void Train(Objective objective)
    {
        svi.Objective = objective;
        svi.Fit(train, passes, BatchSize, run);
    }

    /// <summary>The table's numbers.</summary>
    /// <param name="tested">Test images.</param>
    /// <param name="samples">Of the NLL.</param>
    public IwaeRow Measure(Dataset tested, int samples) => new(
        -Evaluate.Bound(Model, Guide, tested).Bound,
        Evaluate.NegativeLogLikelihood(Model, Guide, tested, samples),
        Evaluate.ActiveUnits(Model, Guide, tested));

    /// <inheritdoc/>
    public void Dispose()
    {
        svi.Dispose();
        Guide.Dispose();
        Model.Dispose();
    }
}
