using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A model of the catalogue with everything that is true of it and that tests compare with.</summary>
/// <param name="Name">What test output calls it.</param>
/// <param name="Create">A new model, in float32, with weights from torch's generator.</param>
/// <param name="Data">Data of some rows in a floating type: one tensor for each parameter, from torch's generator.</param>
/// <param name="Steps">The guide, by default the faithful inverse, one step a line: <c>latent &lt;- inputs</c>, worked out by hand.</param>
/// <param name="ClosedForm">The latents whose divergence may be taken in closed form.</param>
public sealed record CatalogueEntry(
    string Name, Func<GenerativeModel> Create, Func<long, ScalarType, Tensor[]> Data, string[] Steps, string[] ClosedForm)
{
    /// <summary>Latents that are discrete, whose guide is of the model's own family: no family over the reals can be theirs.</summary>
    public string[] Discrete { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Standard normal values.</summary>
    public static Tensor Real(ScalarType type, params long[] shape) => randn(shape, dtype: type);

    /// <summary>Zeros and ones with equal odds.</summary>
    public static Tensor Binary(ScalarType type, params long[] shape) => rand(shape, dtype: type).round();
}
