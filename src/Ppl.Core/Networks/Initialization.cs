using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>Initialization recipes.</summary>
public static class Initialization
{
    /// <summary>
    /// Glorot and Bengio (2010), as in Burda et al. (2015), arXiv:1509.00519: every weight of two or more dimensions is uniform in
    /// ±√(6 / (fan in + fan out)), every bias 0. Weights of one dimension (normalization layers) stay.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module; submodules included.</param>
    /// <returns>The module.</returns>
    public static TModule Glorot<TModule>(TModule module) where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        using var grad = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.dim() >= 2) nn.init.xavier_uniform_(parameter);
            else if (name.EndsWith("bias", StringComparison.Ordinal)) nn.init.zeros_(parameter);
        }

        return module;
    }
}
