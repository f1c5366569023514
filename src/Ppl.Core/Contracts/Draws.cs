using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The guide's draws for one batch: every latent's value and the distribution it was drawn from.</summary>
/// <param name="guide">The guide that drew them.</param>
/// <param name="batch">The data.</param>
/// <param name="rows">K particles of B rows.</param>
/// <param name="latents">The values, folded ([K·B, event]), in the order of the model.</param>
/// <param name="distributions">The guide's distributions, of B or K·B rows, in the same order.</param>
public class Draws(
    Guide guide,
    Batch batch,
    Rows rows,
    IReadOnlyList<Tensor> latents,
    IReadOnlyList<Distribution> distributions)
{
    /// <summary>The guide that drew them.</summary>
    public Guide Guide { get; } = guide;

    /// <summary>The data.</summary>
    public Batch Batch { get; } = batch;

    /// <summary>K particles of B rows.</summary>
    public Rows Rows { get; } = rows;

    /// <summary>The values, folded ([K·B, event]), in the order of the model; the elements of an indexed site by index.</summary>
    public IReadOnlyList<Tensor> Latents { get; } = latents;

    /// <summary>The guide's distributions, of B or K·B rows, in the same order.</summary>
    public IReadOnlyList<Distribution> Distributions { get; } = distributions;

    /// <summary>How many particles of how many rows, and the latents' shapes.</summary>
    public override string ToString() =>
        $"{Rows.Particles} x {Rows.Count} draws: "
            + $"{string.Join(", ", Latents.Zip(Guide.Model.LatentNames, (z, name) => $"{name} {ShapeText.Of(z.shape)}"))}";

    /// <summary>
    /// The same values as leaves of the graph, with the guide's distributions computed at them: the partial derivative of a log-density
    /// at a latent, with everything else held fixed, is then <c>autograd.grad</c> for that leaf. Integer values stay as they are.
    /// </summary>
    public Draws AtLeaves()
        => Guide.Condition(this, [.. Latents.Select(z => is_floating_point(z) ? z.detach().requires_grad_() : z.detach())]);
}
