using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>Puts a module in evaluation mode until the end of a scope, then gives every submodule its own mode back.</summary>
internal sealed class EvaluationMode : IDisposable
{
    // A parent comes before its children, whose modes it overwrites.
    private readonly List<(nn.Module Module, bool Training)> modes;

    public EvaluationMode(nn.Module module)
    {
        modes = [(module, module.training), .. module.named_modules().Select(m => (m.Item2, m.Item2.training))];
        module.eval();
    }

    public void Dispose()
    {
        foreach (var (module, training) in modes) module.train(training);
    }
}
