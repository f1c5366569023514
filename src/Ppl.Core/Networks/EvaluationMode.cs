using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>Networks in evaluation mode and no gradient until disposed; then every submodule has its own mode back.</summary>
internal sealed class EvaluationMode : IDisposable
{
    // A parent comes before its children, whose modes it overwrites.
    private readonly List<(nn.Module Module, bool Training)> modes = [];
    private readonly nn.Module[] roots;
    private readonly IDisposable grad;

    public EvaluationMode(params ReadOnlySpan<nn.Module> modules)
    {
        roots = modules.ToArray();
        foreach (var module in modules)
        {
            ArgumentNullException.ThrowIfNull(module);
            modes.Add((module, module.training));
            modes.AddRange(module.named_modules().Select(m => (m.Item2, m.Item2.training)));
        }

        foreach (var module in modules) module.eval();
        grad = no_grad();
    }

    public void Dispose()
    {
        grad.Dispose();

        // Encoders that could not be sized have released their modules meanwhile, and those may not be called any more.
        var still = new HashSet<nn.Module>(roots, ReferenceEqualityComparer.Instance);
        foreach (var root in roots) still.UnionWith(root.modules());
        foreach (var (module, training) in modes)
        {
            if (still.Contains(module)) module.train(training);
        }
    }
}
