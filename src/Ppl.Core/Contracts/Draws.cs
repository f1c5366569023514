using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The guide's draws for one batch: every latent's value and the distribution it was drawn from.</summary>
/// <param name="guide">The guide that drew them.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The draws' particles and plates.</param>
/// <param name="latents">The values, folded ([plates, event]; [K·B, event] in a rows plate), in the order of the model.</param>
/// <param name="distributions">The guide's distributions, with all plates, of B or K·B rows in a rows plate; in the same order.</param>
public class Draws(
    Guide guide,
    Batch batch,
    Layout layout,
    IReadOnlyList<Tensor> latents,
    IReadOnlyList<Distribution> distributions)
{
    /// <summary>The guide that drew them.</summary>
    public Guide Guide { get; } = guide;

    /// <summary>The data.</summary>
    public Batch Batch { get; } = batch;

    /// <summary>The draws' particles and plates.</summary>
    public Layout Layout { get; } = layout;

    /// <summary>
    /// The values, folded ([plates, event]; [K·B, event] in a rows plate), in the order of the model; the elements of an indexed site by index.
    /// </summary>
    public IReadOnlyList<Tensor> Latents { get; } = latents;

    /// <summary>The guide's distributions, with all plates, in the same order.</summary>
    public IReadOnlyList<Distribution> Distributions { get; } = distributions;

    /// <summary>The particles and plates, and the latents' shapes.</summary>
    public override string ToString() =>
        $"draws of {Layout}: "
            + $"{string.Join(", ", Latents.Zip(Guide.Model.LatentNames, (z, name) => $"{name} {ShapeText.Of(z.shape)}"))}";

    /// <summary>
    /// The same values as leaves of the graph, with the guide's distributions computed at them: the partial derivative of a log-density
    /// at a latent, with everything else held fixed, is then <c>autograd.grad</c> for that leaf. Integer values stay as they are.
    /// </summary>
    public Draws AtLeaves()
        => Guide.Condition(this, [.. Latents.Select(z => is_floating_point(z) ? z.detach().requires_grad_() : z.detach())]);
}
