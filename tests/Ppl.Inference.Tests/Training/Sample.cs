using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>A training run without noise: maximum likelihood of a normal distribution with three independent columns.</summary>
internal sealed class Sample : IDisposable
{
    public Sample(
        double[] data,
        SviSettings? settings = null,
        Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer>? optimizer = null,
        Objective? objective = null)
    {
        Model = new NormalSample();
        Guide = Model.CreateGuide();
        Values = tensor(data, ScalarType.Float64).reshape(-1, 3);
        Data = Dataset.From(Values);
        Svi = new Svi(Model, Guide, objective ?? Objective.Elbo(), optimizer, (settings ?? new()) with { Reporter = Recorder });
    }

    public NormalSample Model { get; }

    public NormalSample.Guide Guide { get; }

    public Tensor Values { get; }

    public TensorDataset Data { get; }

    public Recorder Recorder { get; } = new();

    public Svi Svi { get; }

    public double[] Mean => Model.Mean.detach().data<double>().ToArray();

    public double[] LogScale => Model.LogScale.detach().data<double>().ToArray();

    public void Dispose()
    {
        Svi.Dispose();
        Guide.Dispose();
        Model.Dispose();
        Data.Dispose();
        Values.Dispose();
    }
}
