using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>A small training run: probabilistic PCA on 50 rows in batches of 16.</summary>
internal sealed class Run : IDisposable
{
    public Run(
        Objective? objective = null,
        long seed = 0,
        SviSettings? settings = null,
        Recorder? recorder = null,
        Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer>? optimizer = null)
    {
        Recorder = recorder ?? new Recorder();
        using (manual_seed(42))
        {
            Model = new LinearGaussian(2, 5);
        }

        Guide = Model.CreateGuide();
        Values = Ppca.Data(50);
        Data = Dataset.From(Values);
        Svi = new Svi(Model, Guide, objective ?? Objective.Elbo(), optimizer, (settings ?? new()) with { Seed = seed, Reporter = Recorder });
    }

    public LinearGaussian Model { get; }

    public LinearGaussian.Guide Guide { get; }

    public Tensor Values { get; }

    public TensorDataset Data { get; }

    public Recorder Recorder { get; }

    public Svi Svi { get; }

    public FitResult Fit(int epochs, FitOptions? options = null)
    {
        // The guide's weights are drawn when it sees its first batch.
        using var seed = manual_seed(43);
        return Svi.Fit(Data, epochs, batchSize: 16, options: options);
    }

    /// <summary>Every parameter, bit for bit.</summary>
    public double[] Parameters() =>
        [.. Model.parameters().Concat(Guide.parameters()).SelectMany(p => p.detach().data<double>().ToArray())];

    public void Dispose()
    {
        Svi.Dispose();
        Guide.Dispose();
        Model.Dispose();
        Data.Dispose();
        Values.Dispose();
    }
}
