using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests;

/// <summary>
/// What a <c>ChildProcess</c> of these tests does: trains for as long as it lives, and writes a checkpoint after each epoch; or changes tensors
/// between a density and its backward pass.
/// </summary>
internal static class Program
{
    public const string Training = "training";
    private const int Width = 50_000;

    /// <summary>A wide model of few rows: most of its time goes into writing.</summary>
    public static Svi Wide(LinearGaussian model, Guide guide) =>
        new(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });

    public static LinearGaussian WideModel() => new(2, Width);

    public static TensorDataset WideData() => Dataset.From("wide", ("x", ones([4, Width], dtype: ScalarType.Float64)));

    public static void Main(string[] arguments)
    {
        if (arguments[0] == Objectives.InPlaceChanges.Argument)
        {
            Objectives.InPlaceChanges.Run();
            return;
        }

        using var model = WideModel();
        using var guide = model.CreateGuide();
        using var svi = Wide(model, guide);
        using var data = WideData();
        svi.Fit(data, int.MaxValue, batchSize: 4, options: new FitOptions { Checkpoint = arguments[0], Callbacks = [new Announce()] });
    }

    private sealed class Announce : ITrainingCallback
    {
        public void OnEpochEnd(Svi svi, EpochReport epoch)
        {
            if (epoch.Epoch == 2) Console.WriteLine(Training);
        }
    }
}
