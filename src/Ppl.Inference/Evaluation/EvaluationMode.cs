using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Networks in evaluation mode and no gradient, until disposed; then everything is as before.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(nn.Module Module, bool WasTraining)> modules = [];
    private readonly IDisposable grad;

    public EvaluationMode(params ReadOnlySpan<nn.Module> modules)
    {
        foreach (var module in modules)
        {
            ArgumentNullException.ThrowIfNull(module);
            this.modules.Add((module, module.training));
            module.eval();
        }

        grad = no_grad();
    }

    public void Dispose()
    {
        grad.Dispose();
        foreach (var (module, wasTraining) in modules) module.train(wasTraining);
    }
}
