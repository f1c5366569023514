using Ppl.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>A linear generator, a linear critic, five data, and noise that is the same each time.</summary>
internal sealed class Game : IDisposable
{
    private const int Rows = 5;
    private readonly Implicit.Guide guide;
    private readonly Batch batch;

    public Game(Func<nn.Module<Tensor, Tensor>, Objective> objective)
    {
        using var seed = manual_seed(1);
        (Model, Critic) = (new Implicit(), Adversarial.Critic.Line());
        guide = Model.CreateGuide();
        Data = randn(Rows, 2, dtype: ScalarType.Float64);
        batch = guide.Batch(Data);
        Objective = objective(Critic);
    }

    public Implicit Model { get; }

    public Linear Critic { get; }

    public Tensor Data { get; }

    public Objective Objective { get; }

    /// <summary>The draws that <see cref="Accumulate"/> makes.</summary>
    public Tensor Drawn()
    {
        using var seed = manual_seed(2);
        return Model.Simulate(Rows).x.Value.detach();
    }

    /// <summary>The gradient of a step of the cycle alone.</summary>
    public ObjectiveResult Accumulate(int step)
    {
        foreach (var parameter in Model.parameters().Concat(Critic.parameters())) parameter.grad = null;
        using var seed = manual_seed(2);
        return Objective.At(step).Accumulate(guide, batch);
    }

    public Svi Svi(Func<IEnumerable<Parameter>, optim.Optimizer>? optimizer = null) =>
        new(Model, guide, Objective, optimizer, new() { Reporter = ITrainingReporter.Quiet });

    public void Dispose()
    {
        guide.Dispose();
        Model.Dispose();
        Critic.Dispose();
        Data.Dispose();
    }
}
